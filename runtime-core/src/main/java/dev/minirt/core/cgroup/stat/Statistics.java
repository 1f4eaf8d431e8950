package dev.minirt.core.cgroup.stat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cgroup and all below it have used. Numbers are unsigned and of 64 bits.
 *
 * @param cpu processor time
 * @param cpuset processors and memory nodes
 * @param memory memory
 * @param pids processes and threads
 * @param io block devices
 * @param hugepages huge pages, by their size such as {@code 2MB}
 */
public record Statistics(Cpu cpu, Cpuset cpuset, Memory memory, Pids pids, Io io, Map<String, Hugepages> hugepages) {
    /** The limit where there is none. */
    public static final long UNLIMITED = -1L;

    /** Copies the map. */
    public Statistics {
        hugepages = Collections.unmodifiableMap(new LinkedHashMap<>(hugepages));
    }

    /**
     * Processor time.
     *
     * @param total nanoseconds
     * @param user nanoseconds in user mode
     * @param system nanoseconds in the kernel
     * @param periods periods of cpu.max that have passed
     * @param throttledPeriods those in which processes were stopped
     * @param throttled nanoseconds for which they were
     * @param pressure waiting for a processor, if the kernel measures it
     */
    public record Cpu(
            long total,
            long user,
            long system,
            long periods,
            long throttledPeriods,
            long throttled,
            Optional<Pressure> pressure) {}

    /**
     * What processes may use; empty if the controller is not enabled.
     *
     * @param cpus processors
     * @param mems memory nodes
     */
    public record Cpuset(List<Integer> cpus, List<Integer> mems) {
        /** Copies the lists. */
        public Cpuset {
            cpus = List.copyOf(cpus);
            mems = List.copyOf(mems);
        }
    }

    /**
     * Memory.
     *
     * @param cache bytes of files in memory
     * @param usage memory
     * @param swap memory and swap together, as cgroup v1 has it
     * @param raw memory.stat
     * @param pressure waiting for memory, if the kernel measures it
     */
    public record Memory(long cache, Amount usage, Amount swap, Map<String, Long> raw, Optional<Pressure> pressure) {
        /** Copies the map. */
        public Memory {
            raw = Collections.unmodifiableMap(new LinkedHashMap<>(raw));
        }
    }

    /**
     * An amount of memory in bytes.
     *
     * @param limit the most that is allowed
     * @param usage now
     * @param peak the most that ever was; 0 if the kernel does not tell
     * @param failures how often the limit was in the way
     */
    public record Amount(long limit, long usage, long peak, long failures) {
        /** Nothing known. */
        public static final Amount NONE = new Amount(0, 0, 0, 0);
    }

    /**
     * Processes and threads.
     *
     * @param current how many there are
     * @param limit how many there may be; 0 if there is no limit
     */
    public record Pids(long current, long limit) {}

    /**
     * Block devices.
     *
     * @param bytes bytes read and written
     * @param operations reads and writes
     * @param pressure waiting for them, if the kernel measures it
     */
    public record Io(List<Count> bytes, List<Count> operations, Optional<Pressure> pressure) {
        /** Copies the lists. */
        public Io {
            bytes = List.copyOf(bytes);
            operations = List.copyOf(operations);
        }
    }

    /**
     * A count of a block device.
     *
     * @param major its major number
     * @param minor its minor number
     * @param operation {@code Read} or {@code Write}
     * @param value how much
     */
    public record Count(long major, long minor, String operation, long value) {}

    /**
     * Huge pages of one size.
     *
     * @param usage bytes
     * @param failures how often the limit was in the way
     */
    public record Hugepages(long usage, long failures) {}
}
