package dev.minirt.spec;

/**
 * Something in a document that its author should look at but that does not make it unusable.
 *
 * @param pointer where
 * @param message what is odd, without the place, in one line
 */
public record Warning(JsonPointer pointer, String message) {
    /** One line for people, such as {@code process.capabilities.bounding[0]: unknown capability "CAP_X"}. */
    @Override
    public String toString() {
        return pointer.isRoot() ? message : pointer.field() + ": " + message;
    }
}
