package dev.minirt.core.plan;

import java.util.Optional;

/**
 * What the caller offers for the other side of a process's terminal.
 *
 * @param socket absolute path of {@code --console-socket}, to which that side is sent
 * @param detached whether the command returns while the process runs
 * @param available whether the caller has a terminal itself, which a command in the foreground connects
 */
public record TerminalOffer(Optional<String> socket, boolean detached, boolean available) {
    /** A caller that stays, at a terminal. */
    public static final TerminalOffer AT_TERMINAL = new TerminalOffer(Optional.empty(), false, true);
}
