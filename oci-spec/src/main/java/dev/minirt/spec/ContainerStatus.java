package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Where a container is in its life (runtime.md, State); the last one is an addition as runtime.md permits it.
 */
public enum ContainerStatus {
    /** Create is at work. */
    CREATING("creating"),
    /** The program waits for start. */
    CREATED("created"),
    /** The program runs. */
    RUNNING("running"),
    /** The program is gone. */
    STOPPED("stopped"),
    /** The cgroup is frozen. */
    PAUSED("paused");

    private static final ContainerStatus[] VALUES = values();

    private final String specName;

    ContainerStatus(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable ContainerStatus named(String specName) {
        for (ContainerStatus value : VALUES) {
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
