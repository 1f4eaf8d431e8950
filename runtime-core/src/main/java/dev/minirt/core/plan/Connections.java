package dev.minirt.core.plan;

import java.util.Optional;

/**
 * What ties the process to its caller, beside the standard streams.
 *
 * @param terminal for the other side of its terminal
 * @param sockets those that the caller passes on, if there are any
 * @param notifies whether what the process tells a service manager is passed on to the caller's: sd_notify(3)
 */
public record Connections(TerminalOffer terminal, Optional<SocketActivation> sockets, boolean notifies) {
    /** Of a caller that stays, at a terminal, and is no service manager's. */
    public static final Connections USUAL = new Connections(TerminalOffer.AT_TERMINAL, Optional.empty(), false);
}
