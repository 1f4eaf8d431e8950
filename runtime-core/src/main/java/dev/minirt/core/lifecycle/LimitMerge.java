package dev.minirt.core.lifecycle;

import dev.minirt.spec.BlockIo;
import dev.minirt.spec.Cpu;
import dev.minirt.spec.DeviceRule;
import dev.minirt.spec.Memory;
import dev.minirt.spec.Resources;
import dev.minirt.spec.ThrottleDevice;
import dev.minirt.spec.WeightDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiPredicate;

/**
 * What an update makes of the limits that a container has. Zero is how engines say that they mean nothing, as in {@link
 * dev.minirt.core.cgroup.limit.CgroupLimits}.
 *
 * @param whole all limits that were ever asked for: what the next update begins with
 * @param touched those that the kernel has to be told
 */
record LimitMerge(Resources whole, Resources touched) {
    /** Merges an update into what was asked for before. */
    static LimitMerge of(Resources before, Resources update) {
        var whole = new Resources(
                update.devices().isEmpty() ? before.devices() : update.devices(),
                update.memory().isPresent()
                        ? Optional.of(memory(before.memory(), update.memory().get()))
                        : before.memory(),
                update.cpu().isPresent()
                        ? Optional.of(cpu(before.cpu(), update.cpu().get()))
                        : before.cpu(),
                pids(update).isPresent() ? update.pids() : before.pids(),
                update.blockIO().isPresent()
                        ? Optional.of(blockIo(before.blockIO(), update.blockIO().get()))
                        : before.blockIO(),
                replaced(
                        before.hugepageLimits(),
                        update.hugepageLimits(),
                        (one, other) -> one.pageSize().equals(other.pageSize())),
                before.network(),
                overlaid(before.rdma(), update.rdma()),
                overlaid(before.unified(), update.unified()));
        return new LimitMerge(whole, touched(before, update));
    }

    /** The device rules that the container is to have, if they change. */
    Optional<List<DeviceRule>> newDevices(Resources before) {
        return whole.devices().equals(before.devices()) ? Optional.empty() : Optional.of(whole.devices());
    }

    /**
     * Memory and swap together are limited by one number: where only the limit of memory moves, what is left for swap moves the
     * other way. Everything else stands alone.
     */
    private static Resources touched(Resources before, Resources update) {
        if (update.memory().isEmpty()) {
            return update;
        }
        var memory = update.memory().get();
        var former = before.memory();
        long swap = former.isPresent() ? former.get().swap().orElse(0) : 0;
        boolean follows = memory.limit().orElse(0) > 0 && memory.swap().orElse(0) == 0 && swap > 0;
        boolean check = memory.checkBeforeUpdate()
                || (former.isPresent() && former.get().checkBeforeUpdate());
        return new Resources(
                update.devices(),
                Optional.of(new Memory(
                        memory.limit(),
                        memory.reservation(),
                        follows ? OptionalLong.of(swap) : memory.swap(),
                        memory.kernel(),
                        memory.kernelTCP(),
                        memory.swappiness(),
                        memory.disableOOMKiller(),
                        memory.useHierarchy(),
                        check)),
                update.cpu(),
                update.pids(),
                update.blockIO(),
                update.hugepageLimits(),
                update.network(),
                update.rdma(),
                update.unified());
    }

    private static OptionalLong pids(Resources resources) {
        return resources.pids().isPresent() ? resources.pids().get().limit() : OptionalLong.empty();
    }

    private static Memory memory(Optional<Memory> former, Memory update) {
        if (former.isEmpty()) {
            return update;
        }
        var before = former.get();
        // Without a limit of memory there is none of both together.
        boolean unlimited = update.limit().orElse(0) == -1 && update.swap().orElse(0) == 0;
        return new Memory(
                later(before.limit(), update.limit()),
                later(before.reservation(), update.reservation()),
                unlimited ? OptionalLong.empty() : later(before.swap(), update.swap()),
                before.kernel(),
                before.kernelTCP(),
                before.swappiness(),
                before.disableOOMKiller(),
                before.useHierarchy(),
                before.checkBeforeUpdate() || update.checkBeforeUpdate());
    }

    private static Cpu cpu(Optional<Cpu> former, Cpu update) {
        if (former.isEmpty()) {
            return update;
        }
        var before = former.get();
        return new Cpu(
                later(before.shares(), update.shares()),
                later(before.quota(), update.quota()),
                update.burst().isPresent() ? update.burst() : before.burst(),
                later(before.period(), update.period()),
                before.realtimeRuntime(),
                before.realtimePeriod(),
                update.cpus().isPresent() ? update.cpus() : before.cpus(),
                update.mems().isPresent() ? update.mems() : before.mems(),
                update.idle().isPresent() ? update.idle() : before.idle());
    }

    private static BlockIo blockIo(Optional<BlockIo> former, BlockIo update) {
        if (former.isEmpty()) {
            return update;
        }
        var before = former.get();
        return new BlockIo(
                update.weight().orElse(0) == 0 ? before.weight() : update.weight(),
                OptionalInt.empty(),
                replaced(before.weightDevice(), update.weightDevice(), LimitMerge::isSameDevice),
                replaced(before.throttleReadBpsDevice(), update.throttleReadBpsDevice(), LimitMerge::isSameDevice),
                replaced(before.throttleWriteBpsDevice(), update.throttleWriteBpsDevice(), LimitMerge::isSameDevice),
                replaced(before.throttleReadIOPSDevice(), update.throttleReadIOPSDevice(), LimitMerge::isSameDevice),
                replaced(before.throttleWriteIOPSDevice(), update.throttleWriteIOPSDevice(), LimitMerge::isSameDevice));
    }

    private static boolean isSameDevice(WeightDevice one, WeightDevice other) {
        return one.major() == other.major() && one.minor() == other.minor();
    }

    private static boolean isSameDevice(ThrottleDevice one, ThrottleDevice other) {
        return one.major() == other.major() && one.minor() == other.minor();
    }

    private static OptionalLong later(OptionalLong before, OptionalLong update) {
        return update.orElse(0) == 0 ? before : update;
    }

    /** The entries of before that no new one is about, and the new ones. */
    private static <T> List<T> replaced(List<T> before, List<T> update, BiPredicate<T, T> isSame) {
        var merged = new ArrayList<T>();
        for (var old : before) {
            boolean stays = true;
            for (var one : update) {
                stays &= !isSame.test(old, one);
            }
            if (stays) {
                merged.add(old);
            }
        }
        merged.addAll(update);
        return merged;
    }

    private static <V> Map<String, V> overlaid(Map<String, V> before, Map<String, V> update) {
        var merged = new LinkedHashMap<>(before);
        merged.putAll(update);
        return merged;
    }
}
