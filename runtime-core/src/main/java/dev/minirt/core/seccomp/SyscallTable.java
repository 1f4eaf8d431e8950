package dev.minirt.core.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names and numbers of the system calls of one interface, from a resource that {@code hack/update-syscalls} wrote.
 *
 * <p>The resource has a line {@code name number} for each call, sorted by name, and is searched as it is: reading it costs a scan for line ends, and only the numbers asked for are
 * ever parsed.
 */
public final class SyscallTable {
    private final String text;
    /** Start of each line with a call. */
    private final int[] lines;

    private SyscallTable(String text, int[] lines) {
        this.text = text;
        this.lines = lines;
    }

    /** Reads the table of an interface. */
    public static SyscallTable of(SyscallAbi abi) {
        String resource = abi.table() + ".table";
        try (InputStream in = SyscallTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + resource, e);
        }
    }

    private static SyscallTable parse(String text) {
        int[] lines = new int[512];
        int count = 0;
        for (int start = 0; start < text.length(); start = text.indexOf('\n', start) + 1) {
            if (text.charAt(start) != '#') {
                if (count == lines.length) {
                    lines = Arrays.copyOf(lines, 2 * count);
                }
                lines[count++] = start;
            }
        }
        return new SyscallTable(text, Arrays.copyOf(lines, count));
    }

    /** Where the table is from: a line with the architecture, package and version of the headers. */
    public String origin() {
        return text.substring(2, text.indexOf('\n'));
    }

    /** The number of a call, with whatever bits the interface adds to it; empty if there is no such call. */
    public OptionalInt number(String name) {
        int low = 0;
        int high = lines.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(name, lines[middle]);
            if (order == 0) {
                return OptionalInt.of(numberAt(lines[middle]));
            } else if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return OptionalInt.empty();
    }

    /** All calls by number. Two names of one number, as arm has them, are joined by a slash. */
    public SortedMap<Integer, String> names() {
        TreeMap<Integer, String> names = new TreeMap<>();
        for (int line : lines) {
            names.merge(numberAt(line), text.substring(line, text.indexOf(' ', line)), (a, b) -> a + "/" + b);
        }
        return names;
    }

    private int compare(String name, int line) {
        for (int i = 0; i < name.length(); i++) {
            char c = text.charAt(line + i);
            if (c == ' ' || name.charAt(i) != c) {
                return c == ' ' ? 1 : name.charAt(i) - c;
            }
        }
        return text.charAt(line + name.length()) == ' ' ? 0 : -1;
    }

    private int numberAt(int line) {
        int at = text.indexOf(' ', line) + 1;
        return Integer.parseInt(text, at, text.indexOf('\n', at), 10);
    }
}
