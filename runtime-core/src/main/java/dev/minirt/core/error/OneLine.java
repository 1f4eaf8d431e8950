package dev.minirt.core.error;

/** Text from outside, made fit for a line of a message: no line breaks, nothing that a terminal would obey. */
final class OneLine {
    /** What a hook or the kernel has to say beyond this helps nobody in a message. */
    private static final int LIMIT = 1024;

    private OneLine() {}

    static String of(String text) {
        var line = new StringBuilder();
        boolean gap = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
                gap = !line.isEmpty();
                continue;
            }
            if (line.length() >= LIMIT) {
                return line.append("...").toString();
            }
            if (gap) {
                line.append(' ');
                gap = false;
            }
            line.append(Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c);
        }
        return line.toString();
    }
}
