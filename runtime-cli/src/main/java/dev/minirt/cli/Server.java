package dev.minirt.cli;

import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.driver.ProtocolException;
import dev.minirt.core.driver.Welcome;
import dev.minirt.core.host.HostProbe;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.store.Holds;
import dev.minirt.core.store.Store;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * What {@code minirt serve} becomes: the same code as for one command, for every driver that connects, in as many threads as there are
 * drivers. It knows nothing of containers between two commands: all state is where cold commands look for it, so it may be
 * killed at any time.
 *
 * <p>Threads take turns at accepting; whoever accepts serves, so that no command waits for a thread to be woken by another.
 */
public final class Server implements HostView {
    /** More commands at the same time are turned away, and start a JVM of their own. */
    private static final int MOST = 64;

    private static final long DRAIN_MILLISECONDS = 10_000;

    /** Compiled is what has been called 200 times. */
    private static final int REHEARSALS = 40;

    private static final FileAttribute<?> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final ServerSocketChannel listener;
    private final UserPrincipal user;
    private final Welcome welcome;
    private final Path jar;
    private final Welcome.@Nullable File socketKey;
    private final Holds holds = new Holds();
    private final Object monitor = new Object();
    private volatile @Nullable Thread rehearsal;
    private boolean ending;
    private boolean outdated;
    private int threads;
    private int serving;
    private long lastServed = System.nanoTime();

    private Server(ServerSocketChannel listener) throws IOException {
        this.listener = listener;
        user = Files.getOwner(Path.of("/proc/self"));
        jar = Path.of(System.getProperty("java.class.path", ""));
        welcome = HostProbe.welcome(jar);
        socketKey =
                listener.getLocalAddress() instanceof UnixDomainSocketAddress address ? key(address.getPath()) : null;
    }

    /**
     * Serves until it is told to end by SIGTERM, or has been idle for long enough.
     *
     * @param args seconds of idleness until it ends (0: never), and the path of the socket if it is its to remove
     */
    public static void main(String[] args) throws IOException {
        if (!(System.inheritedChannel() instanceof ServerSocketChannel listener)) {
            throw new IOException("this is the Java part of minirt serve and works for bin/minirt only");
        }
        var server = new Server(listener);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.drain(args[1]);
            server.awaitRehearsal();
            Runtime.getRuntime().halt(0);
        }));
        server.addThread();
        server.rehearse();
        server.awaitIdleness(Integer.parseInt(args[0]) * 1_000L);
        System.exit(0);
    }

    private void addThread() {
        synchronized (monitor) {
            threads++;
        }
        Thread.ofPlatform().name("server").start(this::accept);
    }

    private void accept() {
        while (true) {
            try (var driver = listener.accept()) {
                begin();
                try {
                    serve(driver);
                } finally {
                    end();
                }
                endIfOutdated();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | OutOfMemoryError e) {
                // Out of descriptors or memory, perhaps: whoever wanted to connect starts a JVM of its own.
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin() {
        boolean last;
        synchronized (monitor) {
            serving++;
            last = serving == threads && threads < MOST;
        }
        if (last) {
            try {
                addThread();
            } catch (OutOfMemoryError e) {
                // No more threads for now, or no memory: those that there are go on, and the next command tries again.
                synchronized (monitor) {
                    threads--;
                }
            }
        }
    }

    private void end() {
        synchronized (monitor) {
            serving--;
            lastServed = System.nanoTime();
            monitor.notifyAll();
        }
    }

    private void serve(SocketChannel channel) {
        try {
            if (!channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(user)) {
                return;
            }
            var driver = new DriverChannel(channel);
            driver.welcome(welcome);
            Main.serve(driver, this);
        } catch (DriverGoneException | ProtocolException | IOException e) {
            // The driver has ended, preferred to start a JVM, or is none: nobody is left to be told anything.
        } catch (RuntimeException | Error e) {
            // Not this command's failure, which it reports itself, but one in reporting. It is this command's alone.
            System.err.println("minirt serve: " + e);
        }
    }

    /**
     * Has the JVM compile what commands do before they are asked for: for a second or two, when nothing is asked for. What it needs of files is made
     * beside the socket, where nobody else may look, and taken away again, by the next server if this one is killed.
     */
    private void rehearse() throws IOException {
        if (listener.getLocalAddress() instanceof UnixDomainSocketAddress address) {
            var directory = address.getPath().resolveSibling("rehearsal").toAbsolutePath();
            var thread = new Thread(() -> rehearse(directory), "rehearsal");
            thread.setDaemon(true);
            rehearsal = thread;
            thread.start();
        }
    }

    private void rehearse(Path directory) {
        try {
            Rehearsal.remove(directory);
            Files.createDirectory(directory, OWNERS);
            try {
                for (int round = 0; round < REHEARSALS && awaitLeisure(); round++) {
                    Rehearsal.perform(directory);
                }
            } finally {
                Rehearsal.remove(directory);
            }
            // Otherwise what it has left would be carried along for as long as there is room for more.
            System.gc();
        } catch (IOException | RuntimeException e) {
            // Then the first commands are slower; they will say what is wrong here, if it concerns them.
        }
    }

    /** Waits until nothing is asked for; false if it is time to end. */
    private boolean awaitLeisure() {
        synchronized (monitor) {
            try {
                while (serving > 0 && !ending) {
                    monitor.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return !ending;
        }
    }

    /** A server whose jar was replaced or written over is of no use to any driver, and in the way of one that would be. */
    private void endIfOutdated() {
        if (!HostProbe.isCurrent(welcome, jar)) {
            synchronized (monitor) {
                outdated = true;
                monitor.notifyAll();
            }
        }
    }

    /** Which file a path names now; null if none. */
    private static Welcome.@Nullable File key(Path path) {
        try {
            return HostProbe.file(path);
        } catch (IOException e) {
            return null;
        }
    }

    private void awaitIdleness(long milliseconds) {
        synchronized (monitor) {
            try {
                while (true) {
                    long idle = serving > 0 ? 0 : (System.nanoTime() - lastServed) / 1_000_000;
                    if (outdated && serving == 0) {
                        System.err.println("minirt serve: ends, as its distribution was replaced");
                        return;
                    }
                    if (milliseconds > 0 && serving == 0 && idle >= milliseconds) {
                        return;
                    }
                    monitor.wait(milliseconds == 0 ? 0 : Math.max(1, milliseconds - idle));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes nothing on any more, and waits until what was begun has ended. */
    private void drain(String socket) {
        try {
            // Another server's may be there, if somebody has taken ours away.
            if (!socket.isEmpty() && Objects.equals(key(Path.of(socket)), socketKey)) {
                Files.deleteIfExists(Path.of(socket));
            }
            listener.close();
        } catch (IOException e) {
            // It ends: the next server removes what is left.
        }
        long deadline = System.nanoTime() + DRAIN_MILLISECONDS * 1_000_000;
        synchronized (monitor) {
            ending = true;
            monitor.notifyAll();
            try {
                for (long left = DRAIN_MILLISECONDS; serving > 0 && left > 0; ) {
                    monitor.wait(left);
                    left = (deadline - System.nanoTime()) / 1_000_000;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Only to leave nothing behind; it takes a few milliseconds. */
    private void awaitRehearsal() {
        var thread = rehearsal;
        try {
            if (thread != null) {
                thread.join(DRAIN_MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Path proc() {
        return Path.of("/proc");
    }

    @Override
    public HostFacts facts(long uid, int pid) {
        return HostProbe.gather(uid, pid);
    }

    @Override
    public Store store(Path root) {
        return new Store(root, holds);
    }

    @Override
    public boolean isServer() {
        return true;
    }
}
