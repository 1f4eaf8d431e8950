package dev.minirt.core.systemd;

/**
 * Interrupts the thread that made it when the time is up. Waiting for a socket ends thereby: the channel is closed, which is what remains to be done with
 * a peer that says nothing.
 */
final class Alarm implements AutoCloseable {
    private final Thread sleeper;
    private boolean over;
    private boolean rung;

    /** An alarm that rings after some nanoseconds, at once if they are none. */
    Alarm(long nanoseconds) {
        long deadline = System.nanoTime() + nanoseconds;
        var thread = new Thread(ring(Thread.currentThread(), deadline), "minirt-alarm");
        thread.setDaemon(true);
        sleeper = thread;
        thread.start();
    }

    private Runnable ring(Thread waiting, long deadline) {
        return () -> {
            synchronized (this) {
                try {
                    for (long left = deadline - System.nanoTime();
                            !over && left > 0;
                            left = deadline - System.nanoTime()) {
                        wait(left / 1_000_000 + 1);
                    }
                } catch (InterruptedException e) {
                    return;
                }
                if (!over) {
                    rung = true;
                    waiting.interrupt();
                }
            }
        };
    }

    /** Whether it has rung. */
    synchronized boolean hasRung() {
        return rung;
    }

    @Override
    public void close() {
        synchronized (this) {
            over = true;
            notifyAll();
            if (rung) {
                // Ours, and of no meaning to anybody else.
                Thread.interrupted();
            }
        }
        // Not joined: it has nothing to do but end.
        sleeper.interrupt();
    }
}
