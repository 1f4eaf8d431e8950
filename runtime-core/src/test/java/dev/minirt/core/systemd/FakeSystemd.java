package dev.minirt.core.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.freedesktop.dbus.connections.transports.AbstractTransport;
import org.freedesktop.dbus.connections.transports.TransportBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.types.Variant;

/** Something at a private socket that speaks as systemd does, until it falls silent. For one connection. */
final class FakeSystemd implements AutoCloseable {
    private static final Map<String, String> PROPERTIES = Map.of("ControlGroup", "/", "Version", "252.1-test");

    /** Names of the methods that were called, in order. */
    final List<String> called = new CopyOnWriteArrayList<>();

    private final String silentAt;
    private final long slowness;
    private final AbstractTransport transport;
    private final Path socket;
    private final Thread thread;

    /**
     * Listens.
     *
     * @param silentAt the method that gets no answer, nor does anything after it
     * @param slowness milliseconds before each answer
     */
    FakeSystemd(Path runtimeDirectory, String silentAt, long slowness) throws IOException, DBusException {
        this.silentAt = silentAt;
        this.slowness = slowness;
        socket = Files.createDirectories(runtimeDirectory.resolve("systemd")).resolve("private");
        transport = TransportBuilder.create("unix:path=" + socket + ",listen=true")
                .configure()
                .withAutoConnect(false)
                .back()
                .build();
        thread = Thread.ofPlatform().daemon().name("fake-systemd").start(this::serve);
        while (!listens(socket)) {
            Thread.onSpinWait();
        }
    }

    /** A socket is there before it can be connected to: SO_ACCEPTCON among its flags in proc_net(5). */
    private static boolean listens(Path socket) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/net/unix"))) {
            return lines.anyMatch(line -> line.endsWith(" " + socket) && line.contains(" 00010000 "));
        }
    }

    private void serve() {
        try {
            var connection = transport.listen();
            while (true) {
                var message = connection.getReader().readMessage();
                if (message instanceof MethodCall call) {
                    called.add(call.getName());
                    if (called.contains(silentAt)) {
                        continue;
                    }
                    Thread.sleep(slowness);
                    connection.getWriter().writeMessage(answer(call));
                }
            }
        } catch (IOException | DBusException | InterruptedException | RuntimeException e) {
            // The other end has gone, or the test is over.
        }
    }

    private org.freedesktop.dbus.messages.Message answer(MethodCall call) throws DBusException {
        var messages = transport.getMessageFactory();
        return switch (call.getName()) {
            case "Get" ->
                messages.createMethodReturn(
                        call, "v", new Variant<>(PROPERTIES.get(String.valueOf(call.getParameters()[1]))));
            case "GetUnit" ->
                messages.createError(
                        null,
                        null,
                        "org.freedesktop.systemd1.NoSuchUnit",
                        call.getSerial(),
                        "s",
                        "Unit " + call.getParameters()[0] + " not loaded.");
            default -> throw new IllegalStateException("not expected: " + call.getName());
        };
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        transport.close();
    }
}
