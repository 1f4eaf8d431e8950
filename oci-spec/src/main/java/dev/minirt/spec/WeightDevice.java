package dev.minirt.spec;

import java.util.OptionalInt;

/**
 * Weight of a device; at least one of the weights is present.
 *
 * @param major major number
 * @param minor minor number
 * @param weight 10 to 1000
 * @param leafWeight 10 to 1000 (cgroup v1 only)
 */
public record WeightDevice(long major, long minor, OptionalInt weight, OptionalInt leafWeight) {}
