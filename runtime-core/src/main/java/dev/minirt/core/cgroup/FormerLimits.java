package dev.minirt.core.cgroup;

import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.cgroup.limit.IfMissing;
import dev.minirt.core.linux.KernelText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What files of a cgroup said before settings were written to them, to be put back should one of the settings be refused. */
public final class FormerLimits {
    /** One limit may have to be put back before the kernel takes another one, as with cpu.max and cpu.max.burst. */
    private static final int ROUNDS = 2;

    private final Path path;
    private final Map<String, String> contents = new LinkedHashMap<>();
    private final List<String> unreadable = new ArrayList<>();

    private FormerLimits(Path path) {
        this.path = path;
    }

    /**
     * Looks at the files that settings are about.
     *
     * @param path absolute path of the cgroup's directory
     */
    public static FormerLimits of(Path path, List<CgroupSetting> settings) {
        var former = new FormerLimits(path);
        for (var setting : settings) {
            former.look(setting.file());
            if (setting.ifMissing() instanceof IfMissing.Instead(var file, var _)) {
                former.look(file);
            }
        }
        return former;
    }

    private void look(String file) {
        try {
            contents.putIfAbsent(file, CgroupFiles.read(path.resolve(file)));
        } catch (IOException e) {
            if (Files.exists(path.resolve(file)) && !unreadable.contains(file)) {
                unreadable.add(file);
            }
        }
    }

    /**
     * Puts back what has changed.
     *
     * @return what could not be put back, in words; empty if all is as it was
     */
    public List<String> restore() {
        for (int round = 0; round < ROUNDS; round++) {
            for (var file : List.copyOf(contents.keySet()).reversed()) {
                restore(file, contents.getOrDefault(file, ""));
            }
        }
        var left = new ArrayList<String>();
        for (var file : contents.entrySet()) {
            var now = now(file.getKey());
            if (!now.equals(file.getValue())) {
                left.add(file.getKey() + " is " + shown(now) + " and was " + shown(file.getValue()));
            }
        }
        for (var file : unreadable) {
            left.add(file + " may have been written");
        }
        return left;
    }

    private void restore(String file, String was) {
        var is = now(file);
        if (is.equals(was)) {
            return;
        }
        if (!isKeyed(is) && !isKeyed(was)) {
            write(file, was);
            return;
        }
        var before = byKey(was);
        for (var line : byKey(is).entrySet()) {
            if (!before.containsKey(line.getKey())) {
                write(file, line.getKey() + " " + nothing(file));
            }
        }
        for (var line : before.values()) {
            write(file, line);
        }
    }

    private void write(String file, String value) {
        try {
            CgroupFiles.write(path.resolve(file), value);
        } catch (IOException e) {
            // Whether it is as it was is looked at in the end.
        }
    }

    private String now(String file) {
        try {
            return CgroupFiles.read(path.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    /** Nested keyed files have a line for each device, io.weight a default besides. */
    private static boolean isKeyed(String content) {
        return content.indexOf('=') >= 0 || content.startsWith("default ") || content.indexOf(':') >= 0;
    }

    private static Map<String, String> byKey(String content) {
        var lines = new LinkedHashMap<String, String>();
        for (var line : KernelText.lines(content)) {
            int space = line.indexOf(' ');
            lines.put(space < 0 ? line : line.substring(0, space), line);
        }
        return lines;
    }

    /** What takes the line of a device away. */
    private static String nothing(String file) {
        return switch (file) {
            case "io.max" -> "rbps=max wbps=max riops=max wiops=max";
            case "rdma.max" -> "hca_handle=max hca_object=max";
            default -> "default";
        };
    }

    private static String shown(String content) {
        return content.isEmpty() ? "empty" : content.replace('\n', ',');
    }
}
