package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Flags of sched_setattr(2).
 */
public enum SchedulerFlag {
    /** Children do not inherit the policy. */
    RESET_ON_FORK("SCHED_FLAG_RESET_ON_FORK"),
    /** Use bandwidth that other deadline threads leave. */
    RECLAIM("SCHED_FLAG_RECLAIM"),
    /** SIGXCPU on overrun. */
    DL_OVERRUN("SCHED_FLAG_DL_OVERRUN"),
    /** Leave the policy as it is. */
    KEEP_POLICY("SCHED_FLAG_KEEP_POLICY"),
    /** Leave the parameters as they are. */
    KEEP_PARAMS("SCHED_FLAG_KEEP_PARAMS"),
    /** The minimum utilisation is given. */
    UTIL_CLAMP_MIN("SCHED_FLAG_UTIL_CLAMP_MIN"),
    /** The maximum utilisation is given. */
    UTIL_CLAMP_MAX("SCHED_FLAG_UTIL_CLAMP_MAX");

    private static final SchedulerFlag[] VALUES = values();

    private final String specName;

    SchedulerFlag(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable SchedulerFlag named(String specName) {
        for (SchedulerFlag value : VALUES) {
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
