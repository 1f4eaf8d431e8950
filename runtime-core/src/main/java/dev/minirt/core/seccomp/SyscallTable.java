package dev.minirt.core.seccomp;

import dev.minirt.core.host.UnpackedResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names and numbers of the system calls of one interface, from a resource that {@code hack/update-syscalls} wrote.
 *
 * <p>The resource has a comment line and then a line for each call, all equally long and sorted by name: {@value #NAME} columns for the name, {@value #NUMBER} for the number. It is
 * searched as it is, so that reading it costs nothing but the reading, and only the numbers asked for are ever parsed.
 */
public final class SyscallTable {
    private static final int NAME = 32;
    private static final int NUMBER = 10;
    private static final int LINE = NAME + NUMBER + 1;

    private final byte[] text;
    /** Where the first call's line starts. */
    private final int start;

    private final int count;

    private SyscallTable(byte[] text) {
        this.text = text;
        int end = 0;
        while (text[end] != '\n') {
            end++;
        }
        this.start = end + 1;
        this.count = (text.length - start) / LINE;
        if (start + count * LINE != text.length) {
            throw new IllegalStateException("the lines of a system call table are not equally long: " + origin());
        }
    }

    /** Reads the table of an interface. */
    public static SyscallTable of(SyscallAbi abi) {
        return named(abi.table());
    }

    /** Reads the table of the names that at least one interface has; its numbers mean nothing. */
    public static SyscallTable ofAny() {
        return named("any");
    }

    private static SyscallTable named(String name) {
        String resource = name + ".table";
        try {
            byte[] text = UnpackedResource.read(SyscallTable.class, resource);
            if (text == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return new SyscallTable(text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + resource, e);
        }
    }

    /** Where the table is from: a line with the architecture, package and version of the headers. */
    public String origin() {
        return text(2, start - 1);
    }

    /** The number of a call, with whatever bits the interface adds to it; empty if there is no such call. */
    public OptionalInt number(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int line = start + middle * LINE;
            int order = wanted.length < NAME ? compare(wanted, line) : -1;
            if (order == 0) {
                return OptionalInt.of(numberAt(line));
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
        for (int line = start; line < text.length; line += LINE) {
            names.merge(numberAt(line), text(line, line + NAME).strip(), (a, b) -> a + "/" + b);
        }
        return names;
    }

    /** On bytes and by hand: this runs some thousand times in each create, most of it before any of it is compiled. */
    private int compare(byte[] name, int line) {
        for (int i = 0; i < name.length; i++) {
            byte c = text[line + i];
            if (c == ' ' || name[i] != c) {
                return c == ' ' ? 1 : name[i] - c;
            }
        }
        return text[line + name.length] == ' ' ? 0 : -1;
    }

    private int numberAt(int line) {
        int number = 0;
        for (int at = line + NAME; at < line + NAME + NUMBER; at++) {
            if (text[at] != ' ') {
                number = 10 * number + text[at] - '0';
            }
        }
        return number;
    }

    private String text(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.US_ASCII);
    }
}
