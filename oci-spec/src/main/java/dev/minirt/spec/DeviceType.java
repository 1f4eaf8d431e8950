package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Types of device files, mknod(2). The spec has a further word, {@code u}, which is read as {@link #CHARACTER}: Linux
 * knows no unbuffered devices.
 */
public enum DeviceType {
    /** Character device. */
    CHARACTER("c"),
    /** Block device. */
    BLOCK("b"),
    /** Named pipe. */
    FIFO("p");

    private static final DeviceType[] VALUES = values();

    private final String specName;

    DeviceType(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable DeviceType named(String specName) {
        for (DeviceType value : VALUES) {
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
