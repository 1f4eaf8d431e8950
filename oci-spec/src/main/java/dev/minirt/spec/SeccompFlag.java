package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Filter flags of seccomp(2) that a document may hold.
 */
public enum SeccompFlag {
    /** All threads at once. */
    TSYNC("SECCOMP_FILTER_FLAG_TSYNC"),
    /** Log all actions but ALLOW. */
    LOG("SECCOMP_FILTER_FLAG_LOG"),
    /** Leave speculative store bypass alone. */
    SPEC_ALLOW("SECCOMP_FILTER_FLAG_SPEC_ALLOW"),
    /** Only fatal signals interrupt a call that a listener received. */
    WAIT_KILLABLE_RECV("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");

    private static final SeccompFlag[] VALUES = values();

    private final String specName;

    SeccompFlag(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable SeccompFlag named(String specName) {
        for (SeccompFlag value : VALUES) {
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
