package dev.minirt.core.host;

import org.jspecify.annotations.Nullable;

/**
 * A process that cannot be mistaken for another one within a boot: pids are used again, pids with their start times are not.
 *
 * @param pid process id, greater than 0
 * @param startTime field 22 of /proc/PID/stat, in clock ticks since boot
 */
public record ProcessIdentity(int pid, long startTime) {
    // In place of what every record has, whose code the JVM makes when it is first asked for: 10 ms of a command.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProcessIdentity that && pid == that.pid && startTime == that.startTime;
    }

    @Override
    public int hashCode() {
        return 31 * pid + Long.hashCode(startTime);
    }
}
