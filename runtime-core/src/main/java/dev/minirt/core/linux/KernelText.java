package dev.minirt.core.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * The shapes in which the kernel writes to files of procfs and of cgroups (admin-guide/cgroup-v2, Interface Files). By hand, since
 * the JDK's ways, regular expressions and streams, cost a cold JVM more than all that is read with them.
 */
public final class KernelText {
    private KernelText() {}

    /** The lines that are not empty, without their ends. */
    public static List<String> lines(String content) {
        var lines = new ArrayList<String>();
        int start = 0;
        while (start < content.length()) {
            int end = content.indexOf('\n', start);
            end = end < 0 ? content.length() : end;
            if (end > start) {
                lines.add(content.substring(start, end));
            }
            start = end + 1;
        }
        return lines;
    }

    /** What stands between white space. */
    public static List<String> words(String content) {
        var words = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i <= content.length(); i++) {
            if (i == content.length() || content.charAt(i) <= ' ') {
                if (i > start) {
                    words.add(content.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }

    /** The value of {@code key value} in a flat keyed file; empty if the key is not there. */
    public static String keyed(String content, String key) {
        for (var line : lines(content)) {
            if (line.startsWith(key) && line.length() > key.length() && line.charAt(key.length()) == ' ') {
                return line.substring(key.length() + 1);
            }
        }
        return "";
    }
}
