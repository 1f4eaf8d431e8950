package dev.minirt.spec;

/**
 * Rate limit of a device.
 *
 * @param major major number
 * @param minor minor number
 * @param rate bytes or operations per second, unsigned 64 bit
 */
public record ThrottleDevice(long major, long minor, long rate) {}
