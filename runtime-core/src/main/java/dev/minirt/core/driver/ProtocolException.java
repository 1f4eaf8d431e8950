package dev.minirt.core.driver;

/** The other side of a stream broke docs/protocol.md. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String what) {
        super("protocol error: " + what);
    }
}
