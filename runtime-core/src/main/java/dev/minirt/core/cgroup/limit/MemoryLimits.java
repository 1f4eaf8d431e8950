package dev.minirt.core.cgroup.limit;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Memory;
import java.util.OptionalLong;

/** {@code linux.resources.memory} (C9 to C12). */
final class MemoryLimits {
    private final Memory memory;
    private final PresentLimits present;
    private final JsonPointer pointer;
    private final Settings settings;
    private final long limit;

    MemoryLimits(Memory memory, PresentLimits present, JsonPointer pointer, Settings settings) {
        this.memory = memory;
        this.present = present;
        this.pointer = pointer;
        this.settings = settings;
        this.limit = memory.limit().orElse(0);
    }

    void add() {
        checkUse();
        var swap = swap();
        // What must leave memory needs somewhere to go: first more swap, then less memory.
        boolean swapFirst = swap.isPresent()
                && limit > 0
                && limit < present.limit("memory.max")
                && swap.getAsLong() > present.limit("memory.swap.max");
        if (swapFirst) {
            addSwap(swap);
        }
        if (limit != 0) {
            settings.add("memory.max", Settings.limit(limit), Settings.MAX, pointer.child("limit"));
        }
        if (!swapFirst) {
            addSwap(swap);
        }
        long reservation = memory.reservation().orElse(0);
        if (reservation != 0) {
            settings.add("memory.low", Settings.limit(reservation), "0", pointer.child("reservation"));
        }
        refuse();
    }

    /** Rather than have the kernel kill processes until what remains fits. */
    private void checkUse() {
        if (!memory.checkBeforeUpdate()) {
            return;
        }
        long used = present.count("memory.current");
        if (limit > 0 && used >= limit) {
            settings.refuse(pointer.child("limit"), limit + " is not above the " + used + " bytes that are in use");
        }
        long all = used + present.count("memory.swap.current");
        long total = memory.swap().orElse(0);
        if (total > 0 && all >= total) {
            settings.refuse(
                    pointer.child("swap"), total + " is not above the " + all + " bytes of memory and swap in use");
        }
    }

    /** The spec counts memory and swap together, cgroup v2 swap alone: its limit, the largest number for none, if it is to change. */
    private OptionalLong swap() {
        long total = memory.swap().orElse(0);
        if (total == -1 || (total == 0 && limit == -1)) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
        if (total == 0) {
            return OptionalLong.empty();
        }
        long base = limit == 0 ? present.limit("memory.max") : limit;
        if (base == -1 || base == Long.MAX_VALUE) {
            settings.refuse(pointer.child("swap"), "is memory and swap together, so it needs memory.limit");
            return OptionalLong.empty();
        }
        if (total < base) {
            settings.refuse(
                    pointer.child("swap"), total + " is memory and swap together, but less than memory.limit " + base);
            return OptionalLong.empty();
        }
        return OptionalLong.of(total - base);
    }

    /** A kernel without swap accounting swaps for nobody, or for everybody without limit. */
    private void addSwap(OptionalLong swap) {
        if (swap.isPresent()) {
            long bytes = swap.getAsLong();
            var value = bytes == Long.MAX_VALUE ? Settings.MAX : Long.toString(bytes);
            settings.add(
                    "memory.swap.max",
                    value,
                    Settings.MAX,
                    bytes == 0 || bytes == Long.MAX_VALUE ? IfMissing.ACCEPT : IfMissing.REFUSE,
                    pointer.child(memory.swap().orElse(0) == 0 ? "limit" : "swap"));
        }
    }

    private void refuse() {
        settings.refuseIf(memory.kernel().orElse(0) != 0, pointer.child("kernel"), Settings.ONLY_V1);
        settings.refuseIf(memory.kernelTCP().orElse(0) != 0, pointer.child("kernelTCP"), Settings.ONLY_V1);
        settings.refuseIf(memory.swappiness().orElse(0) != 0, pointer.child("swappiness"), Settings.ONLY_V1);
        settings.refuseIf(memory.disableOOMKiller(), pointer.child("disableOOMKiller"), Settings.ONLY_V1);
        settings.refuseIf(memory.useHierarchy().orElse(false), pointer.child("useHierarchy"), Settings.ONLY_V1);
    }
}
