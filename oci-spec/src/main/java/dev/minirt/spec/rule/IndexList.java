package dev.minirt.spec.rule;

/**
 * Lists of CPUs and memory nodes: numbers and ranges between commas, {@code 0-3,7}, and as the kernel has it, optionally
 * {@code 0-31:2/8} for groups of a range (admin-guide/kernel-parameters, cpu lists).
 */
final class IndexList {
    private final String text;
    private int at;

    private IndexList(String text) {
        this.text = text;
    }

    /** Whether the text is such a list. */
    static boolean isValid(String text) {
        return new IndexList(text).list();
    }

    private boolean list() {
        if (!range()) {
            return false;
        }
        while (at < text.length()) {
            if (!skip(',') || !range()) {
                return false;
            }
        }
        return true;
    }

    private boolean range() {
        long first = number();
        if (first < 0) {
            return false;
        }
        if (!skip('-')) {
            return true;
        }
        long last = number();
        if (last < first) {
            return false;
        }
        if (!skip(':')) {
            return true;
        }
        long used = number();
        return used > 0 && skip('/') && number() >= used;
    }

    /** The number here, or -1 if there is none. */
    private long number() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && at - start < 10) {
            at++;
        }
        return at == start ? -1 : Long.parseLong(text.substring(start, at));
    }

    private boolean skip(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }
}
