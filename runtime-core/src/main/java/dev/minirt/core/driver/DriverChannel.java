package dev.minirt.core.driver;

import dev.minirt.core.op.Op;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dialogue with the driver: one method per request of docs/protocol.md, each of which returns its answer. For one
 * thread.
 *
 * <p>A SIGNALLED frame, which may come at any time, is noted; {@link #checkSignal()} and the waits for a running program throw
 * it as {@link SignalledException}, once. Every method throws {@link DriverGoneException} at the end of the stream and {@link
 * ProtocolException} when something else arrives than what must.
 */
public final class DriverChannel {
    /** Version of the protocol that this class speaks. */
    public static final int VERSION = 1;

    /** Most bytes that one WRITE carries, so that a long output does not make a large frame. */
    private static final int WRITE_CHUNK = 1 << 20;

    private static final int READ_AHEAD = 4096;

    private static final int STDOUT = 1;

    private final ByteChannel channel;
    private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER).order(ByteOrder.LITTLE_ENDIAN);

    /** What has been read ahead: most frames take one read. */
    private final ByteBuffer input = ByteBuffer.allocate(READ_AHEAD).limit(0);

    private int signal;
    private boolean signalThrown;

    /** A dialogue over a connected stream in blocking mode, of which nothing has been read. */
    public DriverChannel(ByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Reads HELLO, the first frame of all.
     *
     * @throws ProtocolException also if the driver was built from another table of operations than this class
     */
    public Caller hello() {
        var frame = expect(FrameKind.HELLO);
        int version = frame.u32();
        if (version != VERSION) {
            throw new ProtocolException(
                    "the driver speaks version " + Integer.toUnsignedString(version) + ", not " + VERSION);
        }
        if (frame.u64() != Op.TABLE_HASH) {
            throw new ProtocolException("the driver and this program were built from different tables of operations");
        }
        int pid = frame.u32();
        long startTime = frame.u64();
        long uid = Integer.toUnsignedLong(frame.u32());
        long gid = Integer.toUnsignedLong(frame.u32());
        int umask = frame.u32();
        var cwd = frame.exactText();
        var home = frame.exactText();
        var argv = frame.exactTexts();
        var env = frame.exactTexts();
        long startedAt = frame.u64();
        long connectedAt = frame.u64();
        boolean hasTerminal = frame.u32() != 0;
        frame.end();
        return new Caller(
                pid,
                startTime,
                uid,
                gid,
                umask,
                cwd.isEmpty() ? Optional.empty() : Optional.of(cwd),
                home,
                argv,
                env,
                startedAt,
                connectedAt,
                hasTerminal);
    }

    /**
     * Writes to the caller's standard output (1) or standard error (2).
     *
     * @return 0 or an errno: ENOSPC, EPIPE, EBADF if the caller has closed it, EINTR if a signal came; always 0 for standard
     *     error, where it would have to be said
     */
    public int write(int descriptor, byte[] content) {
        int errno = 0;
        for (int offset = 0; errno == 0 && offset < content.length; offset += WRITE_CHUNK) {
            int length = Math.min(WRITE_CHUNK, content.length - offset);
            send(new Frame.Builder(FrameKind.WRITE).u32(descriptor).bytes(content, offset, length));
            if (descriptor == STDOUT) {
                errno = done();
            }
        }
        return errno;
    }

    /**
     * Waits for something to read in a file of the caller's, and reads it.
     *
     * @param path absolute path of a file that is read from its beginning; empty to go on with the last one, or with standard input if there is none that
     *     has not come to its end
     */
    public InputChunk read(String path) {
        send(new Frame.Builder(FrameKind.READ).text(path));
        var frame = expect(FrameKind.INPUT);
        var chunk = new InputChunk(frame.u32(), frame.u32() != 0, frame.bytes());
        frame.end();
        return chunk;
    }

    /** Has a program interpreted; its progress is read with {@link #nextEvent()}. */
    public void run(byte[] program) {
        send(new Frame.Builder(FrameKind.RUN).bytes(program));
    }

    /**
     * Waits for the next thing that happens to the program.
     *
     * @throws SignalledException if a signal came; {@link #abort()} is then the answer
     */
    public RunEvent nextEvent() {
        Frame frame;
        do {
            checkSignal();
            frame = receive();
        } while (frame == null);
        var event = event(frame);
        frame.end();
        return event;
    }

    private static RunEvent event(Frame frame) {
        return switch (frame.kind()) {
            case FrameKind.BRANCHED -> branched(frame);
            case FrameKind.TIMES -> timed(frame);
            case FrameKind.SPAWNED -> new RunEvent.Spawned(frame.u32(), frame.u64());
            case FrameKind.REACHED -> new RunEvent.Reached(frame.u32());
            case FrameKind.READY -> new RunEvent.Ready();
            case FrameKind.FAILED -> new RunEvent.Failed(failure(frame));
            case FrameKind.DIED -> new RunEvent.Died(frame.u32(), frame.u32());
            default -> throw new ProtocolException("frame " + frame.kind() + " while a program runs");
        };
    }

    private static RunEvent branched(Frame frame) {
        var branches = new ArrayList<RunEvent.Branch>();
        for (int count = frame.u32(); count > 0; count--) {
            branches.add(new RunEvent.Branch(frame.u32(), frame.u32()));
        }
        return new RunEvent.Branched(branches);
    }

    private static RunEvent timed(Frame frame) {
        long launching = frame.u64();
        long beginning = frame.u64();
        int first = frame.u32();
        var nanoseconds = new ArrayList<Long>();
        for (int count = frame.u32(); count > 0; count--) {
            nanoseconds.add(frame.u64());
        }
        return new RunEvent.Timed(launching, beginning, first, nanoseconds);
    }

    private static Failure failure(Frame frame) {
        return new Failure(frame.u32(), frame.u32(), frame.u32(), frame.text());
    }

    /** Lets init go on behind a synchronisation point. */
    public void proceed() {
        send(new Frame.Builder(FrameKind.CONTINUE));
    }

    /** Has launcher and init of a program that is not ready killed and reaped. */
    public void abort() {
        send(new Frame.Builder(FrameKind.ABORT));
        // What was under way when the request was sent comes first.
        while (true) {
            var frame = receive();
            if (frame != null && frame.kind() == FrameKind.DONE) {
                return;
            }
            if (frame != null) {
                event(frame);
            }
        }
    }

    /** Runs a hook and waits for its end. */
    public HookOutcome hook(HookRequest request) {
        send(new Frame.Builder(FrameKind.HOOK)
                .text(request.path())
                .texts(request.args())
                .texts(request.env())
                .u32(request.timeoutSeconds())
                .text(request.directory())
                .bytes(request.stdin().toArray()));
        var frame = expect(FrameKind.HOOK_DONE);
        int number = frame.u32();
        var endings = HookOutcome.Ending.values();
        if (number < 0 || number >= endings.length) {
            throw new ProtocolException("outcome " + number + " of a hook");
        }
        var outcome = new HookOutcome(endings[number], frame.u32(), frame.text());
        frame.end();
        return outcome;
    }

    /**
     * Sends a signal to a process.
     *
     * @param startTime the process's start time; 0 to signal whatever has that pid
     * @return 0 or an errno: ESRCH if it is gone or another process
     */
    public int signal(int pid, long startTime, int number) {
        send(new Frame.Builder(FrameKind.SIGNAL).u32(pid).u64(startTime).u32(number));
        return done();
    }

    /** Waits until a process is gone; a zombie counts as gone. Returns 0, or an errno: ETIMEDOUT. */
    public int awaitExit(int pid, long startTime, int milliseconds) {
        send(new Frame.Builder(FrameKind.AWAIT_EXIT).u32(pid).u64(startTime).u32(milliseconds));
        return done();
    }

    /** Gives the start command to the init that listens at a socket, and waits for the verdict. */
    public StartOutcome start(String directory, String socket, int pid, long startTime) {
        send(new Frame.Builder(FrameKind.START)
                .text(directory)
                .text(socket)
                .u32(pid)
                .u64(startTime));
        var frame = expect(FrameKind.STARTED);
        int outcome = frame.u32();
        var result = switch (outcome) {
            case 0 -> new StartOutcome.Executing();
            case 1 -> new StartOutcome.Failed(failure(frame));
            case 2 -> new StartOutcome.NoListener(frame.u32());
            case 3 -> new StartOutcome.Died();
            case 4 -> new StartOutcome.Ended();
            default -> throw new ProtocolException("outcome " + outcome + " of a start");
        };
        frame.end();
        return result;
    }

    /**
     * Has the driver stand between the container that is about to be started and a service manager.
     *
     * @param directory where the container's socket is to be made
     * @param manager {@code NOTIFY_SOCKET} of the caller
     * @return 0 or an errno
     */
    public int notifyOf(String directory, String manager) {
        send(new Frame.Builder(FrameKind.NOTIFY).text(directory).text(manager));
        return done();
    }

    /** Waits until that container has said that it is ready, or is gone. Returns 0, or an errno. */
    public int awaitNotified(int pid, long startTime) {
        send(new Frame.Builder(FrameKind.AWAIT_NOTIFIED).u32(pid).u64(startTime));
        return done();
    }

    /**
     * Sends a pidfd of a process to a socket.
     *
     * @param socket absolute path
     * @param text what goes with it; not empty
     * @return 0 or an errno
     */
    public int sendPidfd(int pid, long startTime, String socket, String text) {
        send(new Frame.Builder(FrameKind.SEND_PIDFD)
                .u32(pid)
                .u64(startTime)
                .text(socket)
                .text(text));
        return done();
    }

    /** Detaches what is mounted at a path, without following a link. Returns 0 or an errno. */
    public int unmount(String path) {
        send(new Frame.Builder(FrameKind.UNMOUNT).text(path));
        return done();
    }

    /**
     * Has the driver start a process that only sleeps, and that ends as soon as the init of the next program is born.
     *
     * @return its pid, or a negative errno
     */
    public int holdPlace() {
        send(new Frame.Builder(FrameKind.HOLD_PLACE));
        var frame = expect(FrameKind.PLACE_HELD);
        int errno = frame.u32();
        int pid = frame.u32();
        frame.u64();
        frame.end();
        return errno == 0 ? pid : -errno;
    }

    /**
     * Puts a device filter in the place of the one that minirt attached to a cgroup, in one step; attaches it if there is none yet.
     *
     * @param cgroup absolute path of the cgroup's directory
     * @param program the filter, {@link dev.minirt.core.cgroup.device.DeviceFilter#toBytes()}; empty to take ours away, as for rules that allow everything
     * @return 0 or an errno: EPERM without CAP_BPF and CAP_NET_ADMIN over the host
     */
    public int filterDevices(String cgroup, byte[] program) {
        send(new Frame.Builder(FrameKind.FILTER_DEVICES).text(cgroup).bytes(program));
        return done();
    }

    /** Kills and reaps the init of the last program, and returns its wait status. */
    public int killAndReap() {
        send(new Frame.Builder(FrameKind.KILL_AND_REAP));
        var frame = expect(FrameKind.EXITED);
        int status = frame.u32();
        frame.end();
        return status;
    }

    /**
     * Ends the dialogue: the driver stays with an init that it started, then runs a command line, and exits as init did.
     *
     * @param adopt whether processes that are left behind become the driver's
     */
    public void supervise(int pid, boolean adopt, List<String> cleanup) {
        send(new Frame.Builder(FrameKind.SUPERVISE).u32(pid).u32(adopt ? 1 : 0).texts(cleanup));
    }

    /** Ends the dialogue: the driver exits with a code of 0 to 255. */
    public void exit(int code) {
        send(new Frame.Builder(FrameKind.EXIT).u32(code));
    }

    /**
     * Greets a driver that has connected to a server: the first frame of all, so that a driver which has lost its patience has not asked for
     * anything yet. {@link #hello()} comes next if the driver likes what it reads.
     */
    public void welcome(Welcome welcome) {
        send(new Frame.Builder(FrameKind.WELCOME)
                .u32(VERSION)
                .u64(Op.TABLE_HASH)
                .u64(welcome.jar().device())
                .u64(welcome.jar().inode())
                .u64(welcome.jarChanged())
                .u64(welcome.root().device())
                .u64(welcome.root().inode())
                .u64(welcome.capabilities())
                .texts(welcome.namespaces()));
    }

    /**
     * Ends the dialogue: the driver listens for other drivers and becomes a JVM that serves them.
     *
     * @param arguments its options, its main class and what that is given; {@code @LISTENING@} becomes the path of the socket,
     *     or empty if that was made by somebody else
     */
    public void serve(List<String> arguments) {
        send(new Frame.Builder(FrameKind.SERVE).texts(arguments));
    }

    /** Throws the signal that came, the first time this is called after it came. */
    public void checkSignal() {
        if (signal != 0 && !signalThrown) {
            signalThrown = true;
            throw new SignalledException(signal);
        }
    }

    private int done() {
        var frame = expect(FrameKind.DONE);
        int errno = frame.u32();
        frame.text();
        frame.end();
        return errno;
    }

    private Frame expect(int kind) {
        Frame frame;
        do {
            frame = receive();
        } while (frame == null);
        if (frame.kind() != kind) {
            throw new ProtocolException("frame " + frame.kind() + " instead of " + kind);
        }
        return frame;
    }

    /** The next frame; null if it was a SIGNALLED, which is noted. */
    private @Nullable Frame receive() {
        header.clear();
        fill(header);
        header.flip();
        int length = header.getInt();
        int kind = header.getInt();
        if (length < 0 || length > Frame.LIMIT) {
            throw new ProtocolException("a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        var payload = ByteBuffer.allocate(length);
        fill(payload);
        var frame = new Frame(kind, payload.flip());
        if (kind != FrameKind.SIGNALLED) {
            return frame;
        }
        int number = frame.u32();
        frame.end();
        if (signal == 0) {
            signal = number;
        }
        return null;
    }

    private void fill(ByteBuffer buffer) {
        try {
            while (buffer.hasRemaining()) {
                if (input.hasRemaining()) {
                    int count = Math.min(input.remaining(), buffer.remaining());
                    buffer.put(buffer.position(), input, input.position(), count);
                    buffer.position(buffer.position() + count);
                    input.position(input.position() + count);
                } else if (buffer.remaining() >= READ_AHEAD) {
                    read(buffer);
                } else {
                    input.clear();
                    read(input);
                    input.flip();
                }
            }
        } catch (IOException e) {
            throw new DriverGoneException(e);
        }
    }

    private void read(ByteBuffer buffer) throws IOException {
        if (channel.read(buffer) < 0) {
            throw new DriverGoneException(null);
        }
    }

    private void send(Frame.Builder frame) {
        var bytes = frame.build();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new DriverGoneException(e);
        }
    }
}
