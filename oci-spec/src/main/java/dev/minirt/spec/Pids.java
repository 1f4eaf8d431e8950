package dev.minirt.spec;

import java.util.OptionalLong;

/**
 * Process number limit (config-linux.md, PIDs).
 *
 * @param limit -1 for no limit; 0 is a limit
 */
public record Pids(OptionalLong limit) {}
