package dev.minirt.core.op;

/** The process that executes an operation. */
public enum Context {
    /** A short-lived child of the driver, in the caller's namespaces, running from the sealed memfd; it clones init. */
    LAUNCHER(1),
    /** The process that becomes the container's. */
    INIT(2),
    /** The driver, outside of the container, at init's request. */
    DRIVER(4);

    private final int code;

    Context(int code) {
        this.code = code;
    }

    /** Its number in a program. */
    public int code() {
        return code;
    }
}
