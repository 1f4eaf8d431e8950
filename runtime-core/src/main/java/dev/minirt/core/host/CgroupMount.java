package dev.minirt.core.host;

import dev.minirt.core.linux.KernelText;
import dev.minirt.core.plan.OwnCgroups;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the cgroup2 mount that is used: cgroups(7). The usual places are looked at first, since the list of all mounts
 * can be long.
 */
final class CgroupMount {
    /** Where it is on most machines. */
    static final String USUAL = "/sys/fs/cgroup";

    private static final String CONTROLLERS = "cgroup.controllers";

    private CgroupMount() {}

    /** Absolute path of the mount point of cgroup v2, if there is one. */
    static Optional<String> find() {
        for (var usual : new String[] {USUAL, USUAL + "/unified"}) {
            if (Files.exists(Path.of(usual, CONTROLLERS))) {
                return Optional.of(usual);
            }
        }
        try {
            return inMounts(new String(Files.readAllBytes(Path.of("/proc/self/mountinfo")), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * What somebody who is not root of the machine may use: with luck the surroundings of the cgroup that we are in were delegated. Beside that
     * one is better than in it, as the kernel gives no controllers to cgroups below one that has processes.
     *
     * @param mount the cgroup2 mount
     * @param path the cgroup that the caller is in, counted from the mount; unknown if it is outside of it
     */
    static OwnCgroups own(Path mount, Optional<String> path) {
        if (path.isEmpty() || path.get().startsWith("/..")) {
            return new OwnCgroups(Optional.empty(), mount.toString());
        }
        var current = Path.of(mount + path.get());
        for (var place : new Path[] {current.getParent(), current}) {
            // A process that is to be born elsewhere takes the right to move it.
            if (place != null
                    && place.startsWith(mount)
                    && Files.isWritable(place)
                    && Files.isWritable(place.resolve("cgroup.procs"))) {
                return new OwnCgroups(
                        Optional.of(place.resolve(OwnCgroups.COLLECTION).toString()), current.toString());
            }
        }
        return new OwnCgroups(Optional.empty(), current.toString());
    }

    /** The first cgroup2 mount in a /proc/PID/mountinfo. */
    static Optional<String> inMounts(String mountinfo) {
        int start = 0;
        while (start < mountinfo.length()) {
            int end = mountinfo.indexOf('\n', start);
            if (end < 0) {
                end = mountinfo.length();
            }
            var line = mountinfo.substring(start, end);
            int separator = line.indexOf(" - ");
            if (separator > 0 && line.startsWith("cgroup2 ", separator + 3)) {
                int field = 0;
                for (int i = 0; i < 4; i++) {
                    field = line.indexOf(' ', field) + 1;
                }
                return Optional.of(unescape(line.substring(field, line.indexOf(' ', field))));
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    /** The controllers that a mount offers; none if that cannot be read. */
    static Set<String> controllers(String mount) {
        String names;
        try {
            names = new String(Files.readAllBytes(Path.of(mount, CONTROLLERS)), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return Set.of();
        }
        return new LinkedHashSet<>(KernelText.words(names));
    }

    /** Octal escapes of mountinfo: space, tab, newline and backslash. */
    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        var path = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length()) {
                path.append((char) Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                path.append(c);
            }
        }
        return path.toString();
    }
}
