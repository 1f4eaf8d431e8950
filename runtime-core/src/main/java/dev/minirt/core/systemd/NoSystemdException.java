package dev.minirt.core.systemd;

/** Nobody listens at any of the sockets where a systemd should be. */
public final class NoSystemdException extends SystemdException {
    private static final long serialVersionUID = 1L;

    public NoSystemdException(String message) {
        super(message);
    }
}
