package dev.minirt.core.systemd;

/** A systemd is there but has not answered in time. What it was asked for last may yet happen. */
public final class SilentSystemdException extends SystemdException {
    private static final long serialVersionUID = 1L;

    public SilentSystemdException(String message, Throwable cause) {
        super(message, cause);
    }

    public SilentSystemdException(String message) {
        super(message);
    }
}
