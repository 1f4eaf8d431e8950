package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Resources of getrlimit(2), in the order of the kernel, whose number for each is its {@code ordinal()} on all
 * architectures that minirt knows (asm-generic/resource.h).
 */
public enum RlimitType {
    /** CPU time in seconds. */
    CPU("RLIMIT_CPU"),
    /** Size of a file in bytes. */
    FSIZE("RLIMIT_FSIZE"),
    /** Size of the data segment in bytes. */
    DATA("RLIMIT_DATA"),
    /** Size of the stack in bytes. */
    STACK("RLIMIT_STACK"),
    /** Size of a core file in bytes. */
    CORE("RLIMIT_CORE"),
    /** Resident set in bytes; no effect. */
    RSS("RLIMIT_RSS"),
    /** Processes of the user. */
    NPROC("RLIMIT_NPROC"),
    /** Highest descriptor plus one. */
    NOFILE("RLIMIT_NOFILE"),
    /** Locked memory in bytes. */
    MEMLOCK("RLIMIT_MEMLOCK"),
    /** Address space in bytes. */
    AS("RLIMIT_AS"),
    /** File locks; no effect. */
    LOCKS("RLIMIT_LOCKS"),
    /** Queued signals of the user. */
    SIGPENDING("RLIMIT_SIGPENDING"),
    /** Bytes in POSIX message queues of the user. */
    MSGQUEUE("RLIMIT_MSGQUEUE"),
    /** Ceiling of nice as 20 minus the limit. */
    NICE("RLIMIT_NICE"),
    /** Ceiling of the real-time priority. */
    RTPRIO("RLIMIT_RTPRIO"),
    /** Real-time CPU microseconds without blocking. */
    RTTIME("RLIMIT_RTTIME");

    private static final RlimitType[] VALUES = values();

    private final String specName;

    RlimitType(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable RlimitType named(String specName) {
        for (RlimitType value : VALUES) {
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
