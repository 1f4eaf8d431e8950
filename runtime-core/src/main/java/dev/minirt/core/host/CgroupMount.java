package dev.minirt.core.host;

import dev.minirt.core.linux.KernelText;
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
    private static final String CONTROLLERS = "cgroup.controllers";

    private CgroupMount() {}

    /** Absolute path of the mount point of cgroup v2, if there is one. */
    static Optional<String> find() {
        for (var usual : new String[] {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
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
