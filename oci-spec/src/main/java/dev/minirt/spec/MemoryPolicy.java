package dev.minirt.spec;

import java.util.List;
import java.util.Optional;

/**
 * NUMA memory policy (config-linux.md, Memory policy).
 *
 * @param mode the mode
 * @param nodes node list such as {@code 0-3,7}
 * @param flags mode flags
 */
public record MemoryPolicy(MemoryPolicyMode mode, Optional<String> nodes, List<MemoryPolicyFlag> flags) {
    /** Copies what is mutable. */
    public MemoryPolicy {
        flags = List.copyOf(flags);
    }
}
