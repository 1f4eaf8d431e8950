package dev.minirt.core.cgroup.limit;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What is set in a cgroup before a change, as far as the order or the values of new settings depend on it.
 *
 * @param files content of those of {@link #FILES} that exist, without the newline at the end
 */
public record PresentLimits(Map<String, String> files) {
    /** The files to read. */
    public static final List<String> FILES = List.of(
            "memory.max",
            "memory.current",
            "memory.swap.max",
            "memory.swap.current",
            "cpu.max",
            "cpu.max.burst",
            "cpu.idle");

    /** A new cgroup, in which everything is as the kernel has it. */
    public static final PresentLimits NONE = new PresentLimits(Map.of());

    static final String MAX = "max";
    private static final String NO_QUOTA = "max 100000";

    /** Copies the map. */
    public PresentLimits {
        files = Map.copyOf(files);
    }

    /** Bytes or "max" as a number, with the largest for "max" and for a file that is not there. */
    long limit(String file) {
        var text = files.getOrDefault(file, MAX);
        return text.equals(MAX) ? Long.MAX_VALUE : number(text).orElse(Long.MAX_VALUE);
    }

    /** A number; 0 for a file that is not there. */
    long count(String file) {
        return number(files.getOrDefault(file, "0")).orElse(0);
    }

    /** The first word of cpu.max: microseconds or "max". */
    String quota() {
        var text = files.getOrDefault("cpu.max", NO_QUOTA);
        int space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }

    /** The same as a number; -1 for no limit. */
    long quotaMicroseconds() {
        var text = quota();
        return text.equals(MAX) ? -1 : number(text).orElse(-1);
    }

    /** The second word of cpu.max: microseconds. */
    String period() {
        var text = files.getOrDefault("cpu.max", NO_QUOTA);
        int space = text.indexOf(' ');
        return space < 0 ? NO_QUOTA.substring(NO_QUOTA.indexOf(' ') + 1) : text.substring(space + 1);
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
