package dev.minirt.core.driver;

/**
 * How a program that the driver ran has ended.
 *
 * @param ending in which way
 * @param value exit status, signal or errno, as the ending says
 * @param output the last 4 KiB of what it wrote
 */
public record HookOutcome(Ending ending, int value, String output) {
    /** The ways to end, in the order of their numbers in the protocol. */
    public enum Ending {
        /** It exited; the value is its status. */
        EXITED,
        /** A signal, the value, ended it. */
        SIGNALLED,
        /** It was killed because its time was up. */
        TIMEOUT,
        /** It could not be executed; the value is the errno. */
        NOT_STARTED
    }

    /** Whether it did what it was run for. */
    public boolean succeeded() {
        return ending == Ending.EXITED && value == 0;
    }
}
