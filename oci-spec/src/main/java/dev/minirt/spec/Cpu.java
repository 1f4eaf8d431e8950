package dev.minirt.spec;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * CPU limits (config-linux.md, CPU).
 *
 * @param shares relative weight, unsigned 64 bit
 * @param quota microseconds of CPU time per period, -1 for no limit
 * @param burst microseconds that may be saved for bursts, unsigned 64 bit
 * @param period microseconds, unsigned 64 bit
 * @param realtimeRuntime microseconds (cgroup v1 only)
 * @param realtimePeriod microseconds, unsigned 64 bit (cgroup v1 only)
 * @param cpus CPU list such as {@code 0-3,7}
 * @param mems memory node list
 * @param idle 1 for SCHED_IDLE, 0 for the default
 */
public record Cpu(
        OptionalLong shares,
        OptionalLong quota,
        OptionalLong burst,
        OptionalLong period,
        OptionalLong realtimeRuntime,
        OptionalLong realtimePeriod,
        Optional<String> cpus,
        Optional<String> mems,
        OptionalLong idle) {}
