package dev.minirt.spec.rule;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Quoted;
import java.util.Optional;

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

    /** Reports a text that is no such list, if there is one. */
    static void require(Optional<String> list, JsonPointer pointer, Findings findings) {
        if (list.isPresent() && !isValid(list.get())) {
            findings.violation(pointer, Quoted.of(list.get()) + " is not a list such as 0-3,7");
        }
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
