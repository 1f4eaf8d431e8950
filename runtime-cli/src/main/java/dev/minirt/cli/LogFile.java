package dev.minirt.cli;

import dev.minirt.core.host.IoReason;
import dev.minirt.core.host.Timestamp;
import dev.minirt.core.lifecycle.Diary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --log}, and what is said aloud without one. Other commands append to it too, so a record is one write. Warnings are held back until the command has ended well: after a
 * failure podman reads the whole file as one record.
 */
final class LogFile implements Diary {
    /** inode(7): the bits of a mode that are the file's type, and what they are for a FIFO. */
    private static final int TYPE = 0170000;

    private static final int FIFO = 0010000;

    private final @Nullable Path file;
    private final boolean json;
    private final boolean debug;
    private final long since;
    private final List<String> records = new ArrayList<>();
    private final StringBuilder aloud = new StringBuilder();
    private boolean isBroken;

    /**
     * A log that is written to a file, if there is one; with debugging also what is not worth a warning, and when it was.
     *
     * @param since when the command began, in nanoseconds of {@link System#nanoTime()}, which is CLOCK_MONOTONIC as the driver's clock is
     */
    LogFile(@Nullable Path file, boolean json, boolean debug, long since) {
        this.file = file;
        this.since = since;
        this.json = json;
        this.debug = debug;
    }

    @Override
    public void warning(String message) {
        add("warning", message);
        if (debug) {
            say(message);
        }
    }

    @Override
    public void trouble(String message) {
        add("warning", message);
        if (debug || file == null) {
            say(message);
        }
    }

    private void say(String message) {
        aloud.append("minirt: warning: ").append(Failing.oneLine(message)).append('\n');
    }

    /** What belongs on standard error although the command has ended well. */
    String aloud() {
        return aloud.toString();
    }

    @Override
    public void debug(String message) {
        if (debug) {
            debug(System.nanoTime(), message);
        }
    }

    @Override
    public boolean isDebugging() {
        return debug;
    }

    /** The same, of a moment that has passed. */
    void debug(long moment, String message) {
        if (debug) {
            var line = milliseconds(moment - since) + " ms: " + message;
            if (file == null) {
                aloud.append("minirt: debug: ").append(Failing.oneLine(line)).append('\n');
            } else {
                // Written with the next record that cannot wait: what is measured should not change by that.
                records.add(record("debug", line));
            }
        }
    }

    private static String milliseconds(long nanoseconds) {
        var digits = Long.toString(1_000 + nanoseconds / 1_000 % 1_000);
        return nanoseconds / 1_000_000 + "." + digits.substring(1);
    }

    private void add(String level, String message) {
        if (file == null) {
            return;
        }
        records.add(record(level, message));
        if (debug) {
            appendIfPossible();
        }
    }

    /** The command has failed. */
    void failure(String message) {
        if (file == null) {
            return;
        }
        if (!debug) {
            records.clear();
        }
        records.add(record("error", message));
        append();
    }

    /** The command has ended well: what was held back is written. */
    void success() {
        appendIfPossible();
    }

    /** What a command has done is done: that it cannot be logged is told, and does not make a failure of it. */
    private void appendIfPossible() {
        try {
            append();
        } catch (UsageException e) {
            if (!isBroken) {
                say(String.valueOf(e.getMessage()));
            }
            isBroken = true;
        }
    }

    /** Makes sure that there will be a log: somebody will look for it. */
    void open() {
        if (file != null) {
            if (isFifo(file)) {
                throw new UsageException("open log file " + file + ": a FIFO would have to be waited for");
            }
            write(file, "");
        }
    }

    /** Nothing could end the wait for somebody who reads it. */
    private static boolean isFifo(Path file) {
        try {
            return ((Integer) Files.getAttribute(file, "unix:mode") & TYPE) == FIFO;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void append() {
        if (file != null && !records.isEmpty()) {
            var text = String.join("", records);
            records.clear();
            write(file, text);
        }
    }

    /** A new file has mode 0644 less the umask. */
    private static void write(Path file, String text) {
        try {
            Files.write(
                    file,
                    text.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UsageException("open log file " + file + ": " + IoReason.of(e));
        }
    }

    private String record(String level, String message) {
        var time = Timestamp.now();
        return json
                ? "{\"level\":\"" + level + "\",\"msg\":" + quoted(message) + ",\"time\":\"" + time + "\"}\n"
                : "time=\"" + time + "\" level=" + level + " msg=" + quoted(message) + "\n";
    }

    /** A JSON string, which the text format uses too. */
    static String quoted(String text) {
        var quoted = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (c < ' ' || c == 0x7f || isLoneSurrogate(text, i)) {
                        var digits = Integer.toHexString(c);
                        quoted.append("\\u")
                                .append("0000", 0, 4 - digits.length())
                                .append(digits);
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    private static boolean isLoneSurrogate(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}
