package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Types of namespaces(7), by the words of the spec (which calls net network and mnt mount).
 */
public enum NamespaceType {
    /** Process ids, CLONE_NEWPID. */
    PID("pid"),
    /** Network, CLONE_NEWNET. */
    NETWORK("network"),
    /** Mounts, CLONE_NEWNS. */
    MOUNT("mount"),
    /** System V IPC and POSIX message queues, CLONE_NEWIPC. */
    IPC("ipc"),
    /** Host and domain name, CLONE_NEWUTS. */
    UTS("uts"),
    /** User and group ids, CLONE_NEWUSER. */
    USER("user"),
    /** View of the cgroup hierarchy, CLONE_NEWCGROUP. */
    CGROUP("cgroup"),
    /** Clocks, CLONE_NEWTIME. */
    TIME("time");

    private static final NamespaceType[] VALUES = values();

    private final String specName;

    NamespaceType(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable NamespaceType named(String specName) {
        for (NamespaceType value : VALUES) {
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
