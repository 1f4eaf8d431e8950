package dev.minirt.core.bundle;

/** A directory that is no bundle; the message is one line for people. */
public final class BundleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BundleException(String message) {
        super(message);
    }
}
