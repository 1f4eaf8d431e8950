package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Propagation of the root mount, mount_namespaces(7).
 */
public enum RootfsPropagation {
    /** Events go both ways. */
    SHARED("shared"),
    /** Events come in only. */
    SLAVE("slave"),
    /** No events. */
    PRIVATE("private"),
    /** No events, and no binds of it. */
    UNBINDABLE("unbindable"),
    /** Shared, sub-mounts too. */
    RSHARED("rshared"),
    /** Slave, sub-mounts too. */
    RSLAVE("rslave"),
    /** Private, sub-mounts too. */
    RPRIVATE("rprivate"),
    /** Unbindable, sub-mounts too. */
    RUNBINDABLE("runbindable");

    private static final RootfsPropagation[] VALUES = values();

    private final String specName;

    RootfsPropagation(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable RootfsPropagation named(String specName) {
        for (RootfsPropagation value : VALUES) {
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
