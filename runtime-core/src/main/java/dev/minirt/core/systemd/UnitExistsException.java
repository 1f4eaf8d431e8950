package dev.minirt.core.systemd;

/** There is a unit of that name already. */
public final class UnitExistsException extends SystemdException {
    private static final long serialVersionUID = 1L;

    public UnitExistsException(String message) {
        super(message);
    }
}
