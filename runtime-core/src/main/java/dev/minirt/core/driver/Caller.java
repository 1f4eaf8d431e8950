package dev.minirt.core.driver;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who called the driver, and how: the HELLO frame.
 *
 * @param driverPid the driver's process id
 * @param driverStartTime its start time, field 22 of /proc/PID/stat, in clock ticks since boot
 * @param uid the caller's effective user id
 * @param gid the caller's effective group id
 * @param umask the caller's umask, 0 to 0777
 * @param cwd the caller's working directory; absent if it has been removed
 * @param home the directory of the distribution
 * @param argv the command line, the name of the program first
 * @param env the environment, each entry {@code KEY=value}
 * @param startedAt nanoseconds of the monotonic clock at the driver's start
 * @param connectedAt the same, when the driver had found a server, or started a JVM
 * @param hasTerminal whether a standard stream is a terminal, or there is a controlling one
 */
public record Caller(
        int driverPid,
        long driverStartTime,
        long uid,
        long gid,
        int umask,
        Optional<String> cwd,
        String home,
        List<String> argv,
        List<String> env,
        long startedAt,
        long connectedAt,
        boolean hasTerminal) {
    public Caller {
        argv = List.copyOf(argv);
        env = List.copyOf(env);
    }

    /** Value of an environment variable; null if it is unset or empty, which callers mean to be the same. */
    public @Nullable String variable(String name) {
        for (var entry : env) {
            if (entry.length() > name.length() + 1 && entry.charAt(name.length()) == '=' && entry.startsWith(name)) {
                return entry.substring(name.length() + 1);
            }
        }
        return null;
    }
}
