package dev.minirt.core.cgroup.systemd;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The unit that a container is, and the slice that holds it (C3).
 *
 * @param slice name of the slice; {@code -.slice} is the root of all
 * @param unit name of the unit: a scope, or a slice if the container is one itself
 */
public record ScopeName(String slice, String unit) {
    private static final String SLICE = ".slice";
    private static final String SCOPE = ".scope";
    private static final String ROOT_SLICE = "-.slice";
    private static final String DEFAULT_PREFIX = "minirt";
    private static final int LONGEST = 255;

    /**
     * The name that a configuration asks for.
     *
     * @param cgroupsPath {@code SLICE:PREFIX:NAME}; unset, an empty slice and an empty prefix have defaults
     * @param id the container's id
     * @param user whether the manager is a user's, which has other default slices
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static ScopeName of(Optional<String> cgroupsPath, String id, boolean user) {
        var standard = user ? "user.slice" : "system.slice";
        if (cgroupsPath.isEmpty() || cgroupsPath.get().isEmpty()) {
            return checked(standard, DEFAULT_PREFIX + "-" + id + SCOPE);
        }
        var path = cgroupsPath.get();
        int first = path.indexOf(':');
        int second = path.indexOf(':', first + 1);
        if (first < 0 || second < 0 || path.indexOf(':', second + 1) >= 0) {
            throw new IllegalArgumentException(
                    "must have the form SLICE:PREFIX:NAME with --systemd-cgroup, as in system.slice:minirt:" + id);
        }
        var slice = path.substring(0, first);
        var prefix = path.substring(first + 1, second);
        var name = path.substring(second + 1);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("has no name behind its second colon");
        }
        return checked(slice.isEmpty() ? standard : slice, name.endsWith(SLICE) ? name : prefix + "-" + name + SCOPE);
    }

    private static ScopeName checked(String slice, String unit) {
        requireSlice(slice);
        if (unit.endsWith(SLICE)) {
            requireSlice(unit);
            var parent = parent(unit);
            if (parent == null || !parent.equals(slice)) {
                throw new IllegalArgumentException(
                        "slice " + unit + " lies in " + (parent == null ? "no slice" : parent) + ", not in " + slice);
            }
        }
        if (unit.length() > LONGEST) {
            throw new IllegalArgumentException("names a unit of more than " + LONGEST + " characters");
        }
        for (int i = 0; i < unit.length(); i++) {
            if (!isUnitCharacter(unit.charAt(i))) {
                throw new IllegalArgumentException(
                        "names unit " + unit + ": unit names have letters, digits and \":_.-\\\" only");
            }
        }
        return new ScopeName(slice, unit);
    }

    private static void requireSlice(String slice) {
        if (slice.equals(ROOT_SLICE)) {
            return;
        }
        boolean good = slice.endsWith(SLICE)
                && slice.length() > SLICE.length()
                && slice.length() <= LONGEST
                && slice.charAt(0) != '-'
                && !slice.endsWith("-" + SLICE)
                && !slice.contains("--");
        for (int i = 0; good && i < slice.length(); i++) {
            good = isUnitCharacter(slice.charAt(i));
        }
        if (!good) {
            throw new IllegalArgumentException("\"" + slice + "\" is not the name of a slice");
        }
    }

    /** systemd.unit(5); "@" is for instances of templates, which scopes and slices do not have. */
    private static boolean isUnitCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ":_.-\\".indexOf(c) >= 0;
    }

    /** The slice that a slice lies in: its name up to the last dash. Null for the root. */
    private static @Nullable String parent(String slice) {
        if (slice.equals(ROOT_SLICE)) {
            return null;
        }
        int dash = slice.lastIndexOf('-');
        return dash < 0 ? ROOT_SLICE : slice.substring(0, dash) + SLICE;
    }

    /** Whether the container is a slice, which systemd neither starts with processes nor delegates. */
    public boolean isSlice() {
        return unit.endsWith(SLICE);
    }

    /**
     * The unit's cgroup below the manager's: {@code a-b.slice} lies in {@code a.slice}. Begins with a slash.
     */
    public String path() {
        return path(slice) + "/" + unit;
    }

    /** The cgroup of a slice; empty for the root. */
    static String path(String slice) {
        if (slice.equals(ROOT_SLICE)) {
            return "";
        }
        var path = new StringBuilder();
        for (int dash = slice.indexOf('-'); dash > 0; dash = slice.indexOf('-', dash + 1)) {
            path.append('/').append(slice, 0, dash).append(SLICE);
        }
        return path.append('/').append(slice).toString();
    }
}
