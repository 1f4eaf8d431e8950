package dev.minirt.spec;

/**
 * Something in a document that makes it unusable.
 *
 * @param pointer where; the whole document if it cannot be read at all
 * @param message what is wrong, without the place, in one line
 */
public record Violation(JsonPointer pointer, String message) {
    /** One line for people, such as {@code process.user.uid: expected integer, got string}. */
    @Override
    public String toString() {
        return pointer.isRoot() ? message : pointer.field() + ": " + message;
    }
}
