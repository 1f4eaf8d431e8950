package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Classes of ioprio_set(2).
 */
public enum IoPriorityClass {
    /** Real-time. */
    RT("IOPRIO_CLASS_RT"),
    /** Best effort. */
    BE("IOPRIO_CLASS_BE"),
    /** When no one else needs the disk. */
    IDLE("IOPRIO_CLASS_IDLE");

    private static final IoPriorityClass[] VALUES = values();

    private final String specName;

    IoPriorityClass(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable IoPriorityClass named(String specName) {
        for (IoPriorityClass value : VALUES) {
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
