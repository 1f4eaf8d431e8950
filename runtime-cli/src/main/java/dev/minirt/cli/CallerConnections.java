package dev.minirt.cli;

import dev.minirt.core.bundle.Bundle;
import dev.minirt.core.driver.Caller;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.SocketActivation;
import dev.minirt.core.plan.TerminalOffer;
import java.util.Optional;

/** What ties a container's process to the caller, from the command line and the environment. */
final class CallerConnections {
    /** As many as a program can preserve; systemd passes a few. */
    private static final int SOCKETS = 65_536;

    private CallerConnections() {}

    /**
     * The connections of a container that is about to be made.
     *
     * @param detached whether the command returns while the process runs
     */
    static Connections of(Session session, Flags flags, Bundle bundle, boolean detached) {
        var caller = session.caller();
        return new Connections(terminal(session, flags, detached), sockets(caller), notifies(caller, bundle));
    }

    /** What the caller has for the other side of a terminal. */
    static TerminalOffer terminal(Session session, Flags flags, boolean detached) {
        return new TerminalOffer(
                socket(session, flags), detached, session.caller().hasTerminal());
    }

    /** {@code --console-socket}, as an absolute path. */
    static Optional<String> socket(Session session, Flags flags) {
        return path(session, flags, "console-socket");
    }

    /** A flag whose value is a path, as an absolute one. */
    static Optional<String> path(Session session, Flags flags, String flag) {
        return flags.value(flag)
                .filter(path -> !path.isEmpty())
                .map(path -> session.path(path).toString());
    }

    /** sd_listen_fds(3): they are ours only if the pid says so; engines let those of others through. */
    private static Optional<SocketActivation> sockets(Caller caller) {
        var count = caller.variable("LISTEN_FDS");
        if (count == null || !Integer.toString(caller.driverPid()).equals(caller.variable("LISTEN_PID"))) {
            return Optional.empty();
        }
        int number = number(count);
        if (number < 0 || number > SOCKETS) {
            throw new UsageException("LISTEN_FDS=" + LogFile.quoted(count) + " is no number of sockets");
        }
        return number == 0
                ? Optional.empty()
                : Optional.of(new SocketActivation(number, Optional.ofNullable(caller.variable("LISTEN_FDNAMES"))));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** A configuration with a socket of its own has been told where to notify. */
    private static boolean notifies(Caller caller, Bundle bundle) {
        var process = bundle.spec().process();
        if (caller.variable("NOTIFY_SOCKET") == null || process.isEmpty()) {
            return false;
        }
        for (var assignment : process.get().env()) {
            if (assignment.startsWith("NOTIFY_SOCKET=")) {
                return false;
            }
        }
        return true;
    }
}
