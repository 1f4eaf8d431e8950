package dev.minirt.core.store;

import dev.minirt.core.host.IoReason;
import java.io.IOException;

/** The state directory, or something in it, cannot be used; the message is one line for people. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    /** What was attempted, with which path, and why it failed. */
    public StoreException(String attempt, IOException cause) {
        super(attempt + ": " + IoReason.of(cause), cause);
    }
}
