package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Clocks that a time namespace can shift, time_namespaces(7).
 */
public enum Clock {
    /** CLOCK_MONOTONIC and its kin. */
    MONOTONIC("monotonic"),
    /** CLOCK_BOOTTIME and its kin. */
    BOOTTIME("boottime");

    private static final Clock[] VALUES = values();

    private final String specName;

    Clock(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable Clock named(String specName) {
        for (Clock value : VALUES) {
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
