package dev.minirt.core.cgroup;

/** Waits longer and longer for something that gives no notice, up to a limit. */
final class BackOff {
    private static final long LONGEST_MILLISECONDS = 100;

    private final long deadline;
    private long next = 1;

    BackOff(long milliseconds) {
        deadline = System.nanoTime() + milliseconds * 1_000_000;
    }

    /** Waits a little; does not wait and returns false when the time is up. */
    boolean pause() {
        if (System.nanoTime() - deadline >= 0) {
            return false;
        }
        try {
            Thread.sleep(next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        next = Math.min(next * 2, LONGEST_MILLISECONDS);
        return true;
    }
}
