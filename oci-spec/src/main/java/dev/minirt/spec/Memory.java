package dev.minirt.spec;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Memory limits (config-linux.md, Memory). Bytes, -1 for no limit.
 *
 * @param limit memory
 * @param reservation soft limit
 * @param swap memory and swap together
 * @param kernel kernel memory (cgroup v1 only)
 * @param kernelTCP kernel TCP buffers (cgroup v1 only)
 * @param swappiness 0 to 100 (cgroup v1 only)
 * @param disableOOMKiller do not kill at the limit (cgroup v1 only)
 * @param useHierarchy hierarchical accounting (cgroup v1 only)
 * @param checkBeforeUpdate refuse a limit below the current use rather than have processes killed
 */
public record Memory(
        OptionalLong limit,
        OptionalLong reservation,
        OptionalLong swap,
        OptionalLong kernel,
        OptionalLong kernelTCP,
        OptionalLong swappiness,
        boolean disableOOMKiller,
        Optional<Boolean> useHierarchy,
        boolean checkBeforeUpdate) {}
