package dev.minirt.core.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.freedesktop.dbus.exceptions.DBusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that do not do what systemd does: none of them may hold a command longer than its patience. */
class SystemdOverDBusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** What a machine that is busy with other things may add. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private SystemdTarget target() throws IOException {
        long uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return SystemdTarget.user(uid, name -> name.equals("XDG_RUNTIME_DIR") ? directory.toString() : null);
    }

    private static Patience patience() {
        return new Patience(PATIENCE.toMillis());
    }

    private static Duration taken(Runnable attempt) {
        long begin = System.nanoTime();
        attempt.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void isGivenUp() throws IOException {
        var target = target();
        var taken = taken(() -> assertThatThrownBy(() -> SystemdOverDBus.connect(target, patience()))
                .isInstanceOf(SilentSystemdException.class)
                .hasMessageContaining("systemd does not answer within 2.0 seconds at " + directory));
        assertThat(taken).isBetween(PATIENCE, PATIENCE.plus(TOLERANCE));
        assertThat(Thread.interrupted()).as("an interrupt is left").isFalse();
    }

    /** A stopped systemd looks like this: the kernel accepts connections for it. */
    @Test
    void oneThatAcceptsAndSaysNothing() throws IOException {
        Files.createDirectories(directory.resolve("systemd"));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory.resolve("systemd/private")));
            isGivenUp();
        }
    }

    @Test
    void oneThatNeverEndsItsGreeting() throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve("systemd"));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory.resolve("systemd/private")));
            var thread = Thread.ofPlatform().daemon().start(() -> {
                try (var peer = socket.accept()) {
                    while (true) {
                        peer.write(java.nio.ByteBuffer.wrap(new byte[] {'O'}));
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    // The end of the test.
                }
            });
            isGivenUp();
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void oneThatAuthenticatesAndSaysNothing() throws IOException, DBusException {
        try (var systemd = new FakeSystemd(directory, "Get", 0)) {
            isGivenUp();
            assertThat(systemd.called).containsExactly("Get");
        }
    }

    /** Each answer comes soon enough, and all of them together do not. */
    @Test
    void oneThatIsSlow() throws IOException, DBusException {
        try (var systemd = new FakeSystemd(directory, "none", 500)) {
            var target = target();
            var taken = taken(() -> assertThatThrownBy(() -> {
                        try (var connection = SystemdOverDBus.connect(target, patience())) {
                            for (int i = 0; i < 10; i++) {
                                connection.find("x.scope");
                            }
                        }
                    })
                    .isInstanceOf(SilentSystemdException.class)
                    .hasMessageContaining("systemd does not answer within 2.0 seconds"));
            assertThat(taken).isBetween(PATIENCE, PATIENCE.plus(TOLERANCE));
            assertThat(systemd.called).hasSizeGreaterThan(1);
        }
    }

    /** What is undone afterwards has its own connection, but not time of its own. */
    @Test
    void allConnectionsOfACommandHaveOnePatience() throws IOException, DBusException {
        var patience = patience();
        var target = target();
        try (var systemd = new FakeSystemd(directory, "StartTransientUnit", 0)) {
            var taken = taken(() -> {
                try (var connection = SystemdOverDBus.connect(target, patience)) {
                    assertThat(connection.instance().version()).isEqualTo(252);
                    assertThat(connection.find("x.scope")).isEmpty();
                    assertThatThrownBy(() -> connection.start("x.scope", List.of(), 0))
                            .isInstanceOf(SilentSystemdException.class);
                    assertThatThrownBy(() -> connection.stop("x.scope")).isInstanceOf(SilentSystemdException.class);
                }
                assertThatThrownBy(() -> SystemdOverDBus.connect(target, patience))
                        .isInstanceOf(SilentSystemdException.class);
            });
            assertThat(taken).isBetween(PATIENCE, PATIENCE.plus(TOLERANCE));
            assertThat(systemd.called).containsExactly("Get", "Get", "GetUnit", "StartTransientUnit");
        }
    }

    @Test
    void oneThatHangsUp() throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve("systemd"));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory.resolve("systemd/private")));
            var thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    socket.accept().close();
                } catch (IOException e) {
                    // Then the test fails anyway.
                }
            });
            var target = target();
            assertThatThrownBy(() -> SystemdOverDBus.connect(target, patience()))
                    .isInstanceOf(SystemdException.class)
                    .isNotInstanceOf(SilentSystemdException.class);
            thread.join();
        }
    }

    @Test
    void noneAtAll() throws IOException {
        var target = target();
        assertThatThrownBy(() -> SystemdOverDBus.connect(target, patience()))
                .isInstanceOf(NoSystemdException.class)
                .hasMessageContaining("no such file");
    }
}
