package dev.minirt.core.systemd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.freedesktop.dbus.connections.transports.AbstractTransport;
import org.freedesktop.dbus.connections.transports.TransportBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodReturn;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/**
 * A D-Bus connection, to a bus or to systemd itself, used by one thread: a call is written, and messages are read until its answer comes. The library
 * authenticates, writes and reads messages; its threads and proxies are not needed for so little.
 */
final class Bus implements AutoCloseable {
    private static final String SYSTEMD = "org.freedesktop.systemd1";
    private static final String BUS = "org.freedesktop.DBus";
    private static final String BUS_PATH = "/org/freedesktop/DBus";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";

    private final AbstractTransport transport;
    private final boolean direct;
    private final List<DBusSignal> signals = new ArrayList<>();

    private Bus(AbstractTransport transport, boolean direct) {
        this.transport = transport;
        this.direct = direct;
    }

    /**
     * Connects and authenticates.
     *
     * @param direct whether systemd itself is at the other end: then there are no names and nothing to subscribe to
     * @param uid user id of the caller, as the other end sees it
     */
    static Bus connect(String address, boolean direct, long uid) throws IOException, DBusException {
        var transport = TransportBuilder.create(address)
                .configure()
                .withAutoConnect(false)
                .configureSasl()
                .withSaslUid(uid)
                .back()
                .back()
                .build();
        try {
            transport.connect();
            var bus = new Bus(transport, direct);
            if (!direct) {
                bus.callAt(BUS, BUS_PATH, BUS, "Hello", null);
                bus.callAt(
                        BUS,
                        BUS_PATH,
                        BUS,
                        "AddMatch",
                        "s",
                        "type='signal',interface='org.freedesktop.systemd1.Manager',member='JobRemoved'");
            }
            return bus;
        } catch (IOException | DBusException | RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    /**
     * Calls a method of an object of systemd.
     *
     * @param signature of the arguments; null for none
     * @return the results
     * @throws RefusedException if the answer is an error
     */
    Object[] call(String path, String type, String method, @Nullable String signature, Object... arguments)
            throws IOException, DBusException {
        return callAt(SYSTEMD, path, type, method, signature, arguments);
    }

    private Object[] callAt(
            String destination,
            String path,
            String type,
            String method,
            @Nullable String signature,
            Object... arguments)
            throws IOException, DBusException {
        var call = transport
                .getMessageFactory()
                .createMethodCall(
                        null, direct ? null : destination, path, type, method, (byte) 0, signature, arguments);
        transport.writeMessage(call);
        while (true) {
            var message = receive();
            if (message instanceof DBusSignal signal) {
                signals.add(signal);
            } else if (message.getReplySerial() == call.getSerial()) {
                if (message instanceof MethodReturn) {
                    return results(message);
                }
                if (message instanceof Error) {
                    var results = results(message);
                    throw new RefusedException(
                            message.getName(), results.length == 0 ? "" : String.valueOf(results[0]));
                }
            }
        }
    }

    /** The value of a property. */
    Object property(String path, String type, String name) throws IOException, DBusException {
        var results = call(path, PROPERTIES, "Get", "ss", type, name);
        return results.length == 1 && results[0] instanceof Variant<?> variant ? variant.getValue() : "";
    }

    /** The results of the next signal of a name, one that has come already or one that comes. */
    Object[] awaitSignal(String name) throws IOException, DBusException {
        while (true) {
            while (!signals.isEmpty()) {
                var signal = signals.removeFirst();
                if (name.equals(signal.getName())) {
                    return results(signal);
                }
            }
            if (receive() instanceof DBusSignal signal) {
                signals.add(signal);
            }
        }
    }

    private Message receive() throws IOException, DBusException {
        while (true) {
            // Null: not all of the message is there yet.
            var message = transport.readMessage();
            if (message != null) {
                return message;
            }
        }
    }

    private static Object[] results(Message message) throws DBusException {
        var results = message.getParameters();
        return results == null ? new Object[0] : results;
    }

    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }
}
