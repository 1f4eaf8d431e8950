package dev.minirt.spec;

import java.util.List;

/**
 * Scheduling attributes, sched_setattr(2) (config.md, scheduler).
 *
 * @param policy the policy
 * @param nice nice value for SCHED_OTHER and SCHED_BATCH; 0 if absent
 * @param priority static priority for SCHED_FIFO and SCHED_RR; 0 if absent
 * @param flags flags to set
 * @param runtime SCHED_DEADLINE: nanoseconds, unsigned 64 bit
 * @param deadline SCHED_DEADLINE: nanoseconds, unsigned 64 bit
 * @param period SCHED_DEADLINE: nanoseconds, unsigned 64 bit
 */
public record Scheduler(
        SchedulerPolicy policy,
        int nice,
        int priority,
        List<SchedulerFlag> flags,
        long runtime,
        long deadline,
        long period) {
    /** Copies what is mutable. */
    public Scheduler {
        flags = List.copyOf(flags);
    }
}
