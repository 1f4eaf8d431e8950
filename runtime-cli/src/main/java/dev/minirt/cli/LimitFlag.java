package dev.minirt.cli;

import dev.minirt.spec.BlockIo;
import dev.minirt.spec.Cpu;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Memory;
import dev.minirt.spec.Pids;
import dev.minirt.spec.Resources;
import dev.minirt.spec.rule.Findings;
import dev.minirt.spec.rule.SpecRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The flags of update, each for a member of {@code linux.resources}. Like a member, an empty one means nothing. */
enum LimitFlag {
    BLKIO_WEIGHT("blkio-weight", Kind.NUMBER, "/blockIO/weight", "relative share of block I/O, 10 to 1000"),
    CPU_PERIOD("cpu-period", Kind.NUMBER, "/cpu/period", "microseconds for which the quota is"),
    CPU_QUOTA("cpu-quota", Kind.NUMBER, "/cpu/quota", "microseconds of CPU time in a period; -1 for no limit"),
    CPU_BURST("cpu-burst", Kind.NUMBER, "/cpu/burst", "microseconds that may be saved for later periods"),
    CPU_SHARE("cpu-share", Kind.NUMBER, "/cpu/shares", "relative share of CPU time, 2 to 262144"),
    CPU_IDLE("cpu-idle", Kind.NUMBER, "/cpu/idle", "1 to run only when nothing else does, 0 for the default"),
    CPU_RT_PERIOD("cpu-rt-period", Kind.NUMBER, "/cpu/realtimePeriod", "exists in cgroup v1 only"),
    CPU_RT_RUNTIME("cpu-rt-runtime", Kind.NUMBER, "/cpu/realtimeRuntime", "exists in cgroup v1 only"),
    CPUSET_CPUS("cpuset-cpus", Kind.TEXT, "/cpu/cpus", "processors that may be used, such as 0-3,7"),
    CPUSET_MEMS("cpuset-mems", Kind.TEXT, "/cpu/mems", "memory nodes that may be used"),
    MEMORY("memory", Kind.SIZE, "/memory/limit", "memory; -1 for no limit"),
    MEMORY_RESERVATION("memory-reservation", Kind.SIZE, "/memory/reservation", "memory that is not taken away"),
    MEMORY_SWAP("memory-swap", Kind.SIZE, "/memory/swap", "memory and swap together; -1 for no limit"),
    KERNEL_MEMORY("kernel-memory", Kind.SIZE, "/memory/kernel", "exists in cgroup v1 only"),
    KERNEL_MEMORY_TCP("kernel-memory-tcp", Kind.SIZE, "/memory/kernelTCP", "exists in cgroup v1 only"),
    PIDS_LIMIT("pids-limit", Kind.NUMBER, "/pids/limit", "how many processes there may be; -1 for no limit"),
    L3_CACHE_SCHEMA("l3-cache-schema", Kind.TEXT, "", "not supported: Intel RDT"),
    MEM_BW_SCHEMA("mem-bw-schema", Kind.TEXT, "", "not supported: Intel RDT");

    /** How a value is written. */
    enum Kind {
        NUMBER("N"),
        SIZE("BYTES"),
        TEXT("LIST");

        private final String placeholder;

        Kind(String placeholder) {
            this.placeholder = placeholder;
        }

        /** What stands for it in the help. */
        String placeholder() {
            return placeholder;
        }
    }

    private final String flag;
    private final Kind kind;
    private final String pointer;
    private final String meaning;

    LimitFlag(String flag, Kind kind, String pointer, String meaning) {
        this.flag = flag;
        this.kind = kind;
        this.pointer = pointer;
        this.meaning = meaning;
    }

    /** The long name. */
    String flag() {
        return flag;
    }

    /** How its value is written. */
    Kind kind() {
        return kind;
    }

    /** What it means, for the help. */
    String meaning() {
        return meaning;
    }

    /** The flag that a member of the resources comes from: {@code --memory}. */
    static String name(JsonPointer place) {
        for (var flag : values()) {
            if (!flag.pointer.isEmpty() && flag.pointer.equals(place.text())) {
                return "--" + flag.flag;
            }
        }
        return place.field();
    }

    /**
     * What the flags ask for.
     *
     * @throws UsageException if a value cannot be, naming its flag
     */
    static Resources resources(Flags flags) {
        for (var flag : List.of(L3_CACHE_SCHEMA, MEM_BW_SCHEMA)) {
            if (!flag.text(flags).isEmpty()) {
                throw new UsageException("--" + flag.flag + ": Intel RDT is not supported");
            }
        }
        var resources = new Resources(
                List.of(),
                Optional.of(memory(flags)),
                Optional.of(cpu(flags)),
                Optional.of(new Pids(PIDS_LIMIT.number(flags, -1, Long.MAX_VALUE))),
                Optional.of(blockIo(flags)),
                List.of(),
                Optional.empty(),
                Map.of(),
                Map.of());
        check(resources);
        return resources;
    }

    private static void check(Resources resources) {
        var findings = new Findings();
        SpecRules.checkResources(resources, findings);
        var wrong = new ArrayList<String>();
        for (var violation : findings.violations()) {
            wrong.add(name(violation.pointer()) + ": " + violation.message());
        }
        if (!wrong.isEmpty()) {
            throw new UsageException(String.join("; ", wrong));
        }
    }

    private static Memory memory(Flags flags) {
        return new Memory(
                MEMORY.size(flags),
                MEMORY_RESERVATION.size(flags),
                MEMORY_SWAP.size(flags),
                KERNEL_MEMORY.size(flags),
                KERNEL_MEMORY_TCP.size(flags),
                OptionalLong.empty(),
                false,
                Optional.empty(),
                false);
    }

    private static Cpu cpu(Flags flags) {
        return new Cpu(
                CPU_SHARE.number(flags, 0, Long.MAX_VALUE),
                CPU_QUOTA.number(flags, Long.MIN_VALUE, Long.MAX_VALUE),
                CPU_BURST.number(flags, 0, Long.MAX_VALUE),
                CPU_PERIOD.number(flags, 0, Long.MAX_VALUE),
                CPU_RT_RUNTIME.number(flags, Long.MIN_VALUE, Long.MAX_VALUE),
                CPU_RT_PERIOD.number(flags, 0, Long.MAX_VALUE),
                CPUSET_CPUS.word(flags),
                CPUSET_MEMS.word(flags),
                CPU_IDLE.number(flags, 0, 1));
    }

    private static BlockIo blockIo(Flags flags) {
        var weight = BLKIO_WEIGHT.number(flags, 0, 0xffff);
        return new BlockIo(
                weight.isPresent() ? OptionalInt.of((int) weight.getAsLong()) : OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private String text(Flags flags) {
        return flags.value(flag, "");
    }

    private Optional<String> word(Flags flags) {
        return Optional.of(text(flags)).filter(word -> !word.isEmpty());
    }

    private OptionalLong number(Flags flags, long least, long most) {
        var text = text(flags);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that is out of range.
        }
        throw invalid(text, "expected a number" + range(least, most));
    }

    private static String range(long least, long most) {
        if (least == Long.MIN_VALUE) {
            return "";
        }
        return most == Long.MAX_VALUE ? " of " + least + " or more" : " of " + least + " to " + most;
    }

    private OptionalLong size(Flags flags) {
        var text = text(flags);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (text.equals("-1")) {
            return OptionalLong.of(-1);
        }
        var bytes = ByteSize.parse(text);
        if (bytes.isEmpty()) {
            throw invalid(text, "expected a number of bytes, such as 64m, or -1");
        }
        return bytes;
    }

    private UsageException invalid(String text, String expected) {
        return new UsageException("invalid value " + LogFile.quoted(text) + " for flag -" + flag + ": " + expected);
    }
}
