package dev.minirt.cli;

import dev.minirt.core.error.Errno;

/** What a command has printed has not arrived; the message is one line. */
final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean readerGone;

    OutputException(int errno) {
        super("write to standard output: " + Errno.words(errno) + symbol(errno));
        this.readerGone = errno == Errno.EPIPE.number();
    }

    /** Whether nobody reads it any more, as behind {@code | head}: that is no failure to tell of. */
    boolean readerGone() {
        return readerGone;
    }

    private static String symbol(int number) {
        var errno = Errno.of(number);
        return errno == null ? "" : " (" + errno + ")";
    }
}
