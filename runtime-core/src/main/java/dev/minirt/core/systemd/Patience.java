package dev.minirt.core.systemd;

/**
 * How long a command may wait for a systemd, over all its connections: whatever is done to undo what a silent systemd has spoiled does not wait as long
 * again. Time that is spent on anything else does not count. For one thread.
 */
public final class Patience {
    private static final long NANOSECONDS_PER_MILLISECOND = 1_000_000;

    private final long milliseconds;
    private long left;

    /** As much as this many milliseconds. */
    public Patience(long milliseconds) {
        this.milliseconds = milliseconds;
        this.left = milliseconds * NANOSECONDS_PER_MILLISECOND;
    }

    /** Nanoseconds that are left; not positive if none are. */
    long left() {
        return left;
    }

    /** Counts a wait that began when {@link System#nanoTime} said so. */
    void spendSince(long begin) {
        left -= System.nanoTime() - begin;
    }

    /** For people: what systemd has not done. */
    String words() {
        return "systemd does not answer within " + milliseconds / 1000.0 + " seconds";
    }
}
