package dev.minirt.core.plan;

/** Names in the state directory by which init, once parked, and the start command meet. */
public final class StartGate {
    /** The socket on which init waits for the start command. */
    public static final String SOCKET = "start";

    /** The file on which init holds a lock for as long as the container's program has not been executed. */
    public static final String LOCK = "parked";

    private StartGate() {}
}
