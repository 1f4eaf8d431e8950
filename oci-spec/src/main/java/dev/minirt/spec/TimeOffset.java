package dev.minirt.spec;

/**
 * Offset of a clock (config-linux.md, Offset for Time Namespace).
 *
 * @param secs seconds, may be negative; 0 if absent
 * @param nanosecs nanoseconds to add to these, 0 to 999999999; 0 if absent
 */
public record TimeOffset(long secs, long nanosecs) {}
