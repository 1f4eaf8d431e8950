package dev.minirt.spec.json;

/** How a document is laid out. */
public enum JsonStyle {
    /** One line without spaces: for programs, such as hooks. */
    COMPACT(""),
    /** A line per value, two spaces per level: for what commands print. */
    SPACES("  "),
    /** A line per value, a tab per level: for files that people edit. */
    TABS("\t");

    private final String indent;

    JsonStyle(String indent) {
        this.indent = indent;
    }

    /** What a line begins with, once for each level; empty if there is but one line. */
    String indent() {
        return indent;
    }

    /** What is between a name and its value. */
    String colon() {
        return indent.isEmpty() ? ":" : ": ";
    }
}
