package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * What a device access rule is about.
 */
public enum DeviceRuleType {
    /** Every device. */
    ALL("a"),
    /** Character devices. */
    CHARACTER("c"),
    /** Block devices. */
    BLOCK("b");

    private static final DeviceRuleType[] VALUES = values();

    private final String specName;

    DeviceRuleType(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable DeviceRuleType named(String specName) {
        for (DeviceRuleType value : VALUES) {
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
