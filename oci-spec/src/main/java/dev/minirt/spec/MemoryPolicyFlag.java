package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Mode flags of set_mempolicy(2).
 */
public enum MemoryPolicyFlag {
    /** Balance among the nodes. */
    NUMA_BALANCING("MPOL_F_NUMA_BALANCING"),
    /** Nodes count from the first allowed one. */
    RELATIVE_NODES("MPOL_F_RELATIVE_NODES"),
    /** Nodes are physical ones. */
    STATIC_NODES("MPOL_F_STATIC_NODES");

    private static final MemoryPolicyFlag[] VALUES = values();

    private final String specName;

    MemoryPolicyFlag(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable MemoryPolicyFlag named(String specName) {
        for (MemoryPolicyFlag value : VALUES) {
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
