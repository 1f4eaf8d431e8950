package dev.minirt.spec;

/**
 * One resource limit (config.md, rlimits).
 *
 * @param type the resource
 * @param soft soft limit, unsigned 64 bit; all ones is RLIM_INFINITY
 * @param hard hard limit, unsigned 64 bit; all ones is RLIM_INFINITY
 */
public record Rlimit(RlimitType type, long soft, long hard) {}
