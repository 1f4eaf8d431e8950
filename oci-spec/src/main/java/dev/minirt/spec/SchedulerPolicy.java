package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Scheduling policies, sched(7).
 */
public enum SchedulerPolicy {
    /** The default, SCHED_NORMAL of the kernel. */
    OTHER("SCHED_OTHER"),
    /** First in, first out; real-time. */
    FIFO("SCHED_FIFO"),
    /** Round robin; real-time. */
    RR("SCHED_RR"),
    /** For CPU-bound work. */
    BATCH("SCHED_BATCH"),
    /** Reserved in the kernel and never implemented there. */
    ISO("SCHED_ISO"),
    /** When nothing else runs. */
    IDLE("SCHED_IDLE"),
    /** Earliest deadline first. */
    DEADLINE("SCHED_DEADLINE");

    private static final SchedulerPolicy[] VALUES = values();

    private final String specName;

    SchedulerPolicy(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable SchedulerPolicy named(String specName) {
        for (SchedulerPolicy value : VALUES) {
            if (value.specName.equals(specName)) {
                return value;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return specName;
    }
}
