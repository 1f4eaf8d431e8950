package dev.minirt.spec.json;

/** Text that is no JSON, with the first place where that shows. */
public final class JsonSyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Tells what is wrong at a place.
     *
     * @param line from 1
     * @param column in UTF-16 code units, from 1
     * @param message what is wrong there: one line of printable ASCII
     */
    JsonSyntaxException(int line, int column, String message) {
        super("line " + line + ", column " + column + ": " + message);
    }
}
