package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * A version of the specification: SemVer 2.0.0. Build metadata is accepted and dropped, since it says nothing about what
 * a document may contain.
 *
 * @param major incompatible changes; 0 or more
 * @param minor additions; 0 or more
 * @param patch corrections; 0 or more
 * @param preRelease what stands between the first hyphen and a plus sign, or the empty string
 */
public record OciVersion(int major, int minor, int patch, String preRelease) {
    /** The lowest version that documents may follow. */
    public static final OciVersion MIN = new OciVersion(1, 0, 0, "");

    /** The highest version whose additions are known here, and the one that documents written here follow. */
    public static final OciVersion MAX = new OciVersion(1, 3, 0, "");

    /** The version in a text, or null if that is not of the form that SemVer demands. */
    public static @Nullable OciVersion parse(String text) {
        int plus = text.indexOf('+');
        if (plus >= 0 && !areIdentifiers(text.substring(plus + 1), false)) {
            return null;
        }
        String version = plus >= 0 ? text.substring(0, plus) : text;
        int hyphen = version.indexOf('-');
        String preRelease = hyphen >= 0 ? version.substring(hyphen + 1) : "";
        if (hyphen >= 0 && !areIdentifiers(preRelease, true)) {
            return null;
        }
        String core = hyphen >= 0 ? version.substring(0, hyphen) : version;
        int first = core.indexOf('.');
        int second = core.indexOf('.', first + 1);
        if (first < 0 || second < 0) {
            return null;
        }
        int major = number(core.substring(0, first));
        int minor = number(core.substring(first + 1, second));
        int patch = number(core.substring(second + 1));
        return major < 0 || minor < 0 || patch < 0 ? null : new OciVersion(major, minor, patch, preRelease);
    }

    /** The number, or -1 if the text is none, has a leading zero or is absurdly long. */
    private static int number(String text) {
        boolean wellFormed = !text.isEmpty() && text.length() <= 9 && (text.length() == 1 || text.charAt(0) != '0');
        return wellFormed && isNumeric(text) ? Integer.parseInt(text) : -1;
    }

    private static boolean areIdentifiers(String text, boolean preRelease) {
        int start = 0;
        while (true) {
            int dot = text.indexOf('.', start);
            String identifier = text.substring(start, dot < 0 ? text.length() : dot);
            boolean leadingZero = identifier.length() > 1 && identifier.charAt(0) == '0' && isNumeric(identifier);
            if (!isIdentifier(identifier) || (preRelease && leadingZero)) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            start = dot + 1;
        }
    }

    private static boolean isIdentifier(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isNumeric(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (preRelease.isEmpty() ? "" : "-" + preRelease);
    }
}
