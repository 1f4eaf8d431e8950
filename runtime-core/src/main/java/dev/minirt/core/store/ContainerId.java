package dev.minirt.core.store;

import dev.minirt.spec.Quoted;
import org.jspecify.annotations.Nullable;

/**
 * The name of a container, unique below one state root, and the name of its directory there.
 *
 * @param text 1 to 255 of the characters {@code A-Z a-z 0-9 _ + . -}, neither {@code .} nor {@code ..}
 */
public record ContainerId(String text) implements Comparable<ContainerId> {
    /** NAME_MAX: more do not fit in a file name. */
    private static final int LIMIT = 255;

    /** Refuses what is no id, with a {@link StoreException}. */
    public ContainerId {
        if (text.isEmpty()) {
            throw new StoreException("container id cannot be empty");
        }
        if (!isValid(text)) {
            throw new StoreException("invalid container ID format: " + Quoted.of(text) + ": "
                    + (text.length() > LIMIT
                            ? "longer than " + LIMIT + " characters"
                            : "only A-Z, a-z, 0-9 and _+.- are allowed, and not . or .. alone"));
        }
    }

    /** Whether a text could be an id. */
    public static boolean isValid(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '+'
                    || c == '.'
                    || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LIMIT && !text.equals(".") && !text.equals("..");
    }

    // In place of what every record has, whose code the JVM makes when it is first asked for: 10 ms of a command.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ContainerId that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public int compareTo(ContainerId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
