package dev.minirt.spec;

/**
 * A range of ids, user_namespaces(7).
 *
 * @param containerID first id inside, 0 to 4294967295
 * @param hostID first id outside, 0 to 4294967295
 * @param size how many ids, 0 to 4294967295
 */
public record IdMapping(long containerID, long hostID, long size) {}
