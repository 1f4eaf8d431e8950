package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Modes of set_mempolicy(2).
 */
public enum MemoryPolicyMode {
    /** The policy of the system. */
    DEFAULT("MPOL_DEFAULT"),
    /** From one node first. */
    PREFERRED("MPOL_PREFERRED"),
    /** From the nodes only. */
    BIND("MPOL_BIND"),
    /** Across the nodes. */
    INTERLEAVE("MPOL_INTERLEAVE"),
    /** From the node of the CPU. */
    LOCAL("MPOL_LOCAL"),
    /** From the nodes first. */
    PREFERRED_MANY("MPOL_PREFERRED_MANY"),
    /** Across the nodes by weight. */
    WEIGHTED_INTERLEAVE("MPOL_WEIGHTED_INTERLEAVE");

    private static final MemoryPolicyMode[] VALUES = values();

    private final String specName;

    MemoryPolicyMode(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable MemoryPolicyMode named(String specName) {
        for (MemoryPolicyMode value : VALUES) {
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
