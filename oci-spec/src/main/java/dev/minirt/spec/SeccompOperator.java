package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Comparisons of an argument, unsigned 64 bit.
 */
public enum SeccompOperator {
    /** Not equal. */
    NE("SCMP_CMP_NE"),
    /** Less. */
    LT("SCMP_CMP_LT"),
    /** Less or equal. */
    LE("SCMP_CMP_LE"),
    /** Equal. */
    EQ("SCMP_CMP_EQ"),
    /** Greater or equal. */
    GE("SCMP_CMP_GE"),
    /** Greater. */
    GT("SCMP_CMP_GT"),
    /** The bits of {@code value} in the argument equal {@code valueTwo}. */
    MASKED_EQ("SCMP_CMP_MASKED_EQ");

    private static final SeccompOperator[] VALUES = values();

    private final String specName;

    SeccompOperator(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable SeccompOperator named(String specName) {
        for (SeccompOperator value : VALUES) {
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
