package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Execution domains that the spec knows, personality(2).
 */
public enum PersonalityDomain {
    /** The native one. */
    LINUX("LINUX"),
    /** A kernel that calls itself 32 bit. */
    LINUX32("LINUX32");

    private static final PersonalityDomain[] VALUES = values();

    private final String specName;

    PersonalityDomain(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable PersonalityDomain named(String specName) {
        for (PersonalityDomain value : VALUES) {
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
