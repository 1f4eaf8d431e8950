package dev.minirt.core.systemd;

/** Something could not be done by way of systemd; the message is one line for people. */
public sealed class SystemdException extends RuntimeException
        permits UnitExistsException, NoSystemdException, SilentSystemdException {
    private static final long serialVersionUID = 1L;

    public SystemdException(String message) {
        super(message);
    }

    public SystemdException(String message, Throwable cause) {
        super(message, cause);
    }
}
