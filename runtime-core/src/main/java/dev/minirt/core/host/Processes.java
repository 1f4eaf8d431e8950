package dev.minirt.core.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The processes that a procfs shows: proc_pid_stat(5). */
public final class Processes {
    private static final int START_TIME = 22;

    private final Path proc;

    /** Processes of a procfs, normally {@code /proc}. */
    public Processes(Path proc) {
        this.proc = proc;
    }

    /** Whether this very process exists and has not ended; a zombie has. */
    public boolean isAlive(ProcessIdentity identity) {
        var stat = stat(identity.pid());
        return stat != null && stat.startTime == identity.startTime() && !stat.hasEnded();
    }

    /** The process that has this pid now, zombies included. */
    public Optional<ProcessIdentity> identity(int pid) {
        var stat = stat(pid);
        return stat == null ? Optional.empty() : Optional.of(new ProcessIdentity(pid, stat.startTime));
    }

    /** What somebody who waits for the end of a process wants to know: its name, state and where it waits in the kernel. */
    public String describe(int pid) {
        var stat = stat(pid);
        if (stat == null) {
            return "pid " + pid + " (gone)";
        }
        String waits;
        try {
            waits = Files.readString(proc.resolve(Integer.toString(pid)).resolve("wchan"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            waits = "";
        }
        return "pid " + pid + " (" + stat.name + ", state " + stat.state
                + (waits.isEmpty() || waits.equals("0") ? ")" : ", waits in " + waits + ")");
    }

    /** Identity of this boot: /proc/sys/kernel/random/boot_id. */
    public String bootId() {
        try {
            return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            // Some sandboxes hide it; then a container is as old as its processes.
            return "";
        }
    }

    /**
     * The path of the process's cgroup v2, as our own cgroup namespace shows it: cgroups(7), /proc/PID/cgroup. Ends in {@code (deleted)} if
     * that is gone.
     */
    public Optional<String> cgroup(int pid) {
        String text;
        try {
            text = Files.readString(proc.resolve(Integer.toString(pid)).resolve("cgroup"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return Optional.empty();
        }
        for (var line : text.split("\n", -1)) {
            if (line.startsWith("0::")) {
                return Optional.of(line.substring("0::".length()));
            }
        }
        return Optional.empty();
    }

    private record Stat(String name, char state, long startTime) {
        boolean hasEnded() {
            return state == 'Z' || state == 'X' || state == 'x';
        }
    }

    private @Nullable Stat stat(int pid) {
        String line;
        try {
            // The name may be any bytes; Latin-1 accepts them all.
            line = new String(
                    Files.readAllBytes(proc.resolve(Integer.toString(pid)).resolve("stat")),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
        int nameEnds = line.lastIndexOf(')');
        int nameStarts = line.indexOf('(');
        if (nameStarts < 0 || nameEnds < nameStarts || nameEnds + 2 >= line.length()) {
            return null;
        }
        char state = line.charAt(nameEnds + 2);
        // Field 3 follows the name; walk to field 22.
        int position = nameEnds + 2;
        for (int field = 3; field < START_TIME; field++) {
            position = line.indexOf(' ', position) + 1;
            if (position == 0) {
                return null;
            }
        }
        int end = position;
        while (end < line.length() && Character.isDigit(line.charAt(end))) {
            end++;
        }
        return end == position
                ? null
                : new Stat(
                        line.substring(nameStarts + 1, nameEnds),
                        state,
                        Long.parseUnsignedLong(line, position, end, 10));
    }
}
