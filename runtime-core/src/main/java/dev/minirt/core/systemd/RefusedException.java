package dev.minirt.core.systemd;

import org.freedesktop.dbus.exceptions.DBusException;

/** The answer to a call is an error. */
final class RefusedException extends DBusException {
    private static final long serialVersionUID = 1L;

    private final String error;

    /**
     * An answer.
     *
     * @param error name of the error
     * @param message what it says
     */
    RefusedException(String error, String message) {
        super(message);
        this.error = error;
    }

    /** Whether it is a certain error, by its name without {@code org.freedesktop.systemd1.}. */
    boolean is(String name) {
        return error.equals("org.freedesktop.systemd1." + name);
    }

    /** For people. */
    String words() {
        var message = getMessage();
        return message == null || message.isEmpty() ? error : message;
    }
}
