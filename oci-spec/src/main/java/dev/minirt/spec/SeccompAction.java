package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * What a filter does to a system call, seccomp(2), by the names of libseccomp.
 */
public enum SeccompAction {
    /** The older name of KILL_THREAD. */
    KILL("SCMP_ACT_KILL"),
    /** The process dies. */
    KILL_PROCESS("SCMP_ACT_KILL_PROCESS"),
    /** The thread dies. */
    KILL_THREAD("SCMP_ACT_KILL_THREAD"),
    /** SIGSYS. */
    TRAP("SCMP_ACT_TRAP"),
    /** The call fails with an errno. */
    ERRNO("SCMP_ACT_ERRNO"),
    /** The tracer decides. */
    TRACE("SCMP_ACT_TRACE"),
    /** The call runs. */
    ALLOW("SCMP_ACT_ALLOW"),
    /** The call runs and is logged. */
    LOG("SCMP_ACT_LOG"),
    /** A listener decides. */
    NOTIFY("SCMP_ACT_NOTIFY");

    private static final SeccompAction[] VALUES = values();

    private final String specName;

    SeccompAction(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable SeccompAction named(String specName) {
        for (SeccompAction value : VALUES) {
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
