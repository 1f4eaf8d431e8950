package dev.minirt.spec;

/** Text from a document made fit for a message: quoted, short, and without anything that a terminal would obey. */
public final class Quoted {
    private static final int LIMIT = 120;

    private Quoted() {}

    /**
     * The text in double quotes, with JSON escapes for quotes, backslashes, control and format characters and unpaired
     * surrogates, and cut after 120 characters.
     */
    public static String of(String text) {
        StringBuilder quoted = new StringBuilder(Math.min(text.length(), LIMIT) + 2).append('"');
        int i = 0;
        while (i < text.length() && i < LIMIT) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            switch (codePoint) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> append(quoted, codePoint);
            }
        }
        return quoted.append(i < text.length() ? "...\"" : "\"").toString();
    }

    private static void append(StringBuilder quoted, int codePoint) {
        int type = Character.getType(codePoint);
        boolean hidden = type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
        if (!hidden) {
            quoted.appendCodePoint(codePoint);
            return;
        }
        for (char unit : Character.toChars(codePoint)) {
            quoted.append("\\u");
            String hex = Integer.toHexString(unit);
            quoted.append("0000", 0, 4 - hex.length()).append(hex);
        }
    }
}
