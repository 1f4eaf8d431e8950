package dev.minirt.core.host;

/**
 * A process that cannot be mistaken for another one within a boot: pids are used again, pids with their start times are not.
 *
 * @param pid process id, greater than 0
 * @param startTime field 22 of /proc/PID/stat, in clock ticks since boot
 */
public record ProcessIdentity(int pid, long startTime) {}
