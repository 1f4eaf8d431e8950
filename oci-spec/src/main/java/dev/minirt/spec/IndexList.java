package dev.minirt.spec;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Lists of CPUs and memory nodes, as the kernel reads and writes them: numbers and ranges, {@code 0-3,7}, and {@code 0-31:2/8}, the first 2 of every 8 of a range. What stands between them
 * are commas and white space, in any number, also at the beginning and the end. The kernel's words {@code all} and {@code N} mean something only where the machine is known, and are no list
 * here.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/kernel-parameters.html#cpu-lists">CPU lists</a>, and cpuset(7), List format
 */
public final class IndexList {
    private static final int DIGITS = 9;

    private final String text;
    private final int limit;
    private final BitSet indices = new BitSet();
    private int at;

    private IndexList(String text, int limit) {
        this.text = text;
        this.limit = limit;
    }

    /**
     * The indices of a list, which may be none.
     *
     * @param limit what every index must be below, at most 2^24
     * @return null if the text is no such list
     */
    public static @Nullable BitSet read(String text, int limit) {
        // Behind the end of a line the kernel reads no further.
        var list = new IndexList(text.strip(), limit);
        return list.regions() ? list.indices : null;
    }

    private boolean regions() {
        while (true) {
            while (at < text.length() && isSeparator(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return true;
            }
            if (!region() || (at < text.length() && !isSeparator(text.charAt(at)))) {
                return false;
            }
        }
    }

    private boolean region() {
        int first = number();
        int last = first;
        int used = 1;
        int group = 1;
        if (first >= 0 && skip('-')) {
            last = number();
            if (last >= 0 && skip(':')) {
                used = number();
                group = skip('/') ? number() : -1;
            }
        }
        if (first < 0 || last < first || last >= limit || used < 1 || group < used) {
            return false;
        }
        for (long start = first; start <= last; start += group) {
            indices.set((int) start, (int) Math.min(start + used, last + 1L));
        }
        return true;
    }

    /** The number here, or -1 if there is none, or one that is beyond every limit. */
    private int number() {
        int start = at;
        int value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            if (at - start == DIGITS) {
                return -1;
            }
            value = value * 10 + (text.charAt(at++) - '0');
        }
        return at == start ? -1 : value;
    }

    private boolean skip(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    /** isspace() of the kernel, as far as ASCII goes. */
    private static boolean isSeparator(char c) {
        return c == ',' || c == ' ' || (c >= '\t' && c <= '\r' && c != '\n');
    }
}
