package dev.minirt.core.store;

import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.SocketActivation;
import dev.minirt.core.plan.TerminalOffer;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The members of {@code state.json} about what ties a process to the caller of create; those that say the usual are left out. */
final class ConnectionsFormat {
    private static final String SOCKET = "consoleSocket";
    private static final String DETACHED = "detached";
    private static final String WITHOUT_TERMINAL = "callerWithoutTerminal";
    private static final String SOCKETS = "listenFds";
    private static final String NAMES = "listenFdNames";
    private static final String NOTIFY = "notify";

    private ConnectionsFormat() {}

    static void write(Connections connections, JsonGenerator out) {
        var terminal = connections.terminal();
        if (terminal.socket().isPresent()) {
            out.writeStringProperty(SOCKET, terminal.socket().get());
        }
        flag(DETACHED, terminal.detached(), out);
        flag(WITHOUT_TERMINAL, !terminal.available(), out);
        if (connections.sockets().isPresent()) {
            var sockets = connections.sockets().get();
            out.writeNumberProperty(SOCKETS, sockets.count());
            if (sockets.names().isPresent()) {
                out.writeStringProperty(NAMES, sockets.names().get());
            }
        }
        flag(NOTIFY, connections.notifies(), out);
    }

    private static void flag(String name, boolean value, JsonGenerator out) {
        if (value) {
            out.writeBooleanProperty(name, true);
        }
    }

    static Connections read(Map<String, Object> members) {
        var terminal = new TerminalOffer(
                text(members, SOCKET), members.containsKey(DETACHED), !members.containsKey(WITHOUT_TERMINAL));
        return new Connections(terminal, sockets(members), members.containsKey(NOTIFY));
    }

    private static Optional<SocketActivation> sockets(Map<String, Object> members) {
        return members.get(SOCKETS) instanceof Long count
                ? Optional.of(new SocketActivation(count.intValue(), text(members, NAMES)))
                : Optional.empty();
    }

    private static Optional<String> text(Map<String, Object> members, String name) {
        return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
