package dev.minirt.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A place in a JSON document (RFC 6901).
 *
 * @param text empty for the whole document, else a slash before each member name or array index, with {@code ~0} for a
 *     tilde and {@code ~1} for a slash in a name
 */
public record JsonPointer(String text) implements Comparable<JsonPointer> {
    /** Longer names are cut where people read them. */
    private static final int LONGEST_NAME = 120;

    /** The whole document. */
    public static final JsonPointer ROOT = new JsonPointer("");

    /** Refuses text that is neither empty nor starts with a slash. */
    public JsonPointer {
        if (!text.isEmpty() && text.charAt(0) != '/') {
            throw new IllegalArgumentException("not a JSON pointer: " + text);
        }
    }

    /** A pointer by its text, for example {@code JsonPointer.of("/linux/seccomp")}. */
    public static JsonPointer of(String text) {
        return text.isEmpty() ? ROOT : new JsonPointer(text);
    }

    /** The member of this name. */
    public JsonPointer child(String name) {
        String escaped = name;
        if (name.indexOf('~') >= 0 || name.indexOf('/') >= 0) {
            escaped = name.replace("~", "~0").replace("/", "~1");
        }
        return new JsonPointer(text + "/" + escaped);
    }

    /** The array element of this index. */
    public JsonPointer child(int index) {
        return new JsonPointer(text + "/" + index);
    }

    /** Whether this is the whole document. */
    public boolean isRoot() {
        return text.isEmpty();
    }

    /** Whether the other place is this one or lies in it. */
    public boolean contains(JsonPointer other) {
        return other.text.startsWith(text)
                && (other.text.length() == text.length() || other.text.charAt(text.length()) == '/');
    }

    /** The member names and array indices from the top to this place, unescaped. */
    public List<String> tokens() {
        List<String> tokens = new ArrayList<>();
        int start = 1;
        while (start <= text.length()) {
            int end = text.indexOf('/', start);
            if (end < 0) {
                end = text.length();
            }
            tokens.add(text.substring(start, end).replace("~1", "/").replace("~0", "~"));
            start = end + 1;
        }
        return tokens;
    }

    /**
     * The form for people: {@code process.rlimits[0].soft}, {@code annotations["io.example"]}; empty for the whole
     * document. Control characters in names are escaped, so the result is safe to print on a terminal.
     */
    public String field() {
        StringBuilder field = new StringBuilder();
        for (String token : tokens()) {
            if (isIndex(token)) {
                field.append('[').append(token).append(']');
            } else if (token.length() <= LONGEST_NAME && isPlainName(token)) {
                field.append(field.isEmpty() ? "" : ".").append(token);
            } else {
                field.append('[').append(Quoted.of(token)).append(']');
            }
        }
        return field.toString();
    }

    @Override
    public int compareTo(JsonPointer other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isIndex(String token) {
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) < '0' || token.charAt(i) > '9') {
                return false;
            }
        }
        return !token.isEmpty();
    }

    private static boolean isPlainName(String token) {
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            boolean plain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!plain) {
                return false;
            }
        }
        return !token.isEmpty();
    }
}
