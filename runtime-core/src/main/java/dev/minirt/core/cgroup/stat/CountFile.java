package dev.minirt.core.cgroup.stat;

import dev.minirt.core.linux.KernelText;
import dev.minirt.spec.IndexList;
import java.util.ArrayList;
import java.util.List;

/** The shapes of files in which the kernel counts. What cannot be understood counts 0: a statistic is no reason to fail. */
final class CountFile {
    /** No machine has more CPUs or memory nodes. */
    private static final int LONGEST_LIST = 1 << 16;

    private CountFile() {}

    /** The value of {@code key value} in a flat keyed file; 0 if it is not there. */
    static long keyed(String content, String key) {
        return number(KernelText.keyed(content, key));
    }

    /** The value of {@code key=value} among the words of a line; empty if it is not there. */
    static String assigned(String line, String key) {
        for (int at = line.indexOf(key + "="); at >= 0; at = line.indexOf(key + "=", at + 1)) {
            if (at == 0 || line.charAt(at - 1) == ' ') {
                int start = at + key.length() + 1;
                int end = line.indexOf(' ', start);
                return line.substring(start, end < 0 ? line.length() : end);
            }
        }
        return "";
    }

    /** An unsigned number of 64 bits, with the largest for "max". */
    static long number(String text) {
        if (text.equals("max")) {
            return Statistics.UNLIMITED;
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The numbers of a list such as {@code 0-2,7}. */
    static List<Integer> list(String text) {
        var numbers = new ArrayList<Integer>();
        var indices = IndexList.read(text, LONGEST_LIST);
        if (indices != null) {
            for (int index = indices.nextSetBit(0); index >= 0; index = indices.nextSetBit(index + 1)) {
                numbers.add(index);
            }
        }
        return numbers;
    }
}
