package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Bytes;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Reads lists of CPUs: cpuset(7), "List format". */
final class CpuList {
    /** As many CPUs as a kernel can be built for. */
    static final int LIMIT = 8192;

    private CpuList() {}

    /** The mask of a list like {@code 0-3,7}, bit n of the little-endian number being CPU n; null if it is no such list. */
    static @Nullable Bytes mask(String list) {
        var cpus = new BitSet();
        int at = 0;
        while (true) {
            int comma = list.indexOf(',', at);
            int end = comma < 0 ? list.length() : comma;
            int dash = list.indexOf('-', at);
            boolean isRange = dash >= 0 && dash < end;
            int first = number(list, at, isRange ? dash : end);
            int last = isRange ? number(list, dash + 1, end) : first;
            if (first < 0 || last < first) {
                return null;
            }
            cpus.set(first, last + 1);
            if (comma < 0) {
                return Bytes.of(cpus.toByteArray());
            }
            at = comma + 1;
        }
    }

    /** A decimal number in ASCII digits, spaces around it allowed; -1 if it is none or too large. */
    private static int number(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && text.charAt(start) == ' ') {
            start++;
        }
        while (end > start && text.charAt(end - 1) == ' ') {
            end--;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = value * 10 + (digit - '0');
            if (value >= LIMIT) {
                return -1;
            }
        }
        return start == end ? -1 : value;
    }
}
