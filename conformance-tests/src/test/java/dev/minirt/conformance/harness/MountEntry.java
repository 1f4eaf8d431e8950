package dev.minirt.conformance.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of {@code /proc/PID/mountinfo}.
 *
 * @param root the directory of the file system that is mounted
 * @param options per-mount flags, such as {@code ro} and {@code nosuid}
 * @param propagation the optional fields, such as {@code shared:7}
 * @param superOptions what the file system itself says, such as {@code size=64k}
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public record MountEntry(
        String root,
        String target,
        List<String> options,
        List<String> propagation,
        String type,
        String source,
        List<String> superOptions) {

    /** Reads a whole file. */
    public static List<MountEntry> parse(String mountinfo) {
        return mountinfo.lines().map(MountEntry::line).toList();
    }

    /** The topmost mount at a target. */
    public static Optional<MountEntry> at(String target, String mountinfo) {
        return parse(mountinfo).stream()
                .filter(entry -> entry.target().equals(target))
                .reduce((below, above) -> above);
    }

    /** The same, whatever the file system itself says. */
    MountEntry withoutSuperOptions() {
        return new MountEntry(root, target, options, propagation, type, source, List.of());
    }

    private static MountEntry line(String line) {
        List<String> words = List.of(line.split(" ", -1));
        List<String> optional = new ArrayList<>();
        int next = 6;
        while (!words.get(next).equals("-")) {
            optional.add(words.get(next++));
        }
        return new MountEntry(
                words.get(3),
                words.get(4),
                List.of(words.get(5).split(",", -1)),
                List.copyOf(optional),
                words.get(next + 1),
                words.get(next + 2),
                List.of(words.get(next + 3).split(",", -1)));
    }
}
