package dev.minirt.core.driver;

/** A signal asked the driver to end while a command was at work: what was begun is to be undone. */
public final class SignalledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int signal;

    public SignalledException(int signal) {
        super("interrupted by signal " + signal);
        this.signal = signal;
    }

    /** Number of the signal. */
    public int signal() {
        return signal;
    }
}
