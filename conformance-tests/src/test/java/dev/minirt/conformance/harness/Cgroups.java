package dev.minirt.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The control group hierarchies of the host, wherever they are mounted.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public final class Cgroups {
    private Cgroups() {}

    /** The cgroup2 mount, at {@code /sys/fs/cgroup} or beside version 1 hierarchies. */
    public static Optional<Path> unified() {
        return hierarchies("cgroup2").stream().findFirst();
    }

    /** Whether the host has no version 1 hierarchy, where peers behave differently. */
    public static boolean isUnified() {
        return hierarchies("cgroup").isEmpty();
    }

    /** Whether the version 2 hierarchy offers a controller. */
    public static boolean offers(String controller) {
        return unified()
                .map(mount -> Sandbox.read(mount.resolve("cgroup.controllers")))
                .filter(controllers ->
                        List.of(controllers.strip().split(" ", -1)).contains(controller))
                .isPresent();
    }

    /** Whether systemd is process 1 and all cgroups are of version 2, see sd_booted(3). */
    public static boolean areOfSystemd() {
        return isUnified() && Files.isDirectory(Path.of("/run/systemd/system"));
    }

    /** The version 2 cgroup of a process as a directory. */
    public static Path directory(long pid) {
        String path = Processes.proc(pid, "cgroup")
                .lines()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring("0::".length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no version 2 cgroup"));
        return unified().orElseThrow().resolve(path.substring(1));
    }

    /** All cgroup directories, of every hierarchy, that have the word in their path. */
    public static List<Path> containing(String word) {
        List<Path> found = new ArrayList<>();
        FileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (directory.toString().contains(word)) {
                    found.add(directory);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // removed meanwhile by somebody else
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            for (String type : List.of("cgroup", "cgroup2")) {
                for (Path mount : hierarchies(type)) {
                    Files.walkFileTree(mount, visitor);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static List<Path> hierarchies(String type) {
        return MountEntry.parse(Sandbox.read(Path.of("/proc/self/mountinfo"))).stream()
                .filter(entry -> entry.type().equals(type))
                .map(entry -> Path.of(entry.target()))
                .toList();
    }
}
