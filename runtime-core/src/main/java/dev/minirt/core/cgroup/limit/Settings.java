package dev.minirt.core.cgroup.limit;

import dev.minirt.spec.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Collects what is to be written, and refuses what cannot be for want of a controller. */
final class Settings {
    static final String MAX = PresentLimits.MAX;
    static final String ONLY_V1 = "exists in cgroup v1 only";

    private final Set<String> controllers;
    private final BiConsumer<JsonPointer, String> violation;
    private final List<CgroupSetting> list = new ArrayList<>();

    Settings(Set<String> controllers, BiConsumer<JsonPointer, String> violation) {
        this.controllers = controllers;
        this.violation = violation;
    }

    List<CgroupSetting> list() {
        return List.copyOf(list);
    }

    /** A setting whose file is there if the controller is. */
    void add(String file, String value, String standard, JsonPointer pointer) {
        add(file, value, standard, IfMissing.REFUSE, pointer);
    }

    /** A setting; the controller is what the file's name begins with. */
    void add(String file, String value, String standard, IfMissing ifMissing, JsonPointer pointer) {
        var setting = new CgroupSetting(controller(file), file, value, standard, ifMissing, pointer);
        if (setting.controller().isEmpty() || controllers.contains(setting.controller())) {
            list.add(setting);
        } else if (!setting.isDefault()) {
            refuse(
                    pointer,
                    "the cgroup2 file system of this host has no controller \"" + setting.controller()
                            + "\" (one that cgroup v1 uses is not there)");
        }
    }

    /** Refuses what is asked. */
    void refuse(JsonPointer pointer, String why) {
        violation.accept(pointer, why);
    }

    /** Refuses something if it is asked. */
    void refuseIf(boolean asked, JsonPointer pointer, String why) {
        if (asked) {
            refuse(pointer, why);
        }
    }

    /** Of a limit of which -1 is none; the reader of config.json refuses what is less. */
    static String limit(long value) {
        return value == -1 ? MAX : Long.toString(value);
    }

    /** Files that every cgroup has begin with "cgroup."; so does the pressure of interrupts have no controller. */
    private static String controller(String file) {
        int dot = file.indexOf('.');
        var prefix = dot < 0 ? file : file.substring(0, dot);
        return prefix.equals("cgroup") || prefix.equals("irq") ? "" : prefix;
    }
}
