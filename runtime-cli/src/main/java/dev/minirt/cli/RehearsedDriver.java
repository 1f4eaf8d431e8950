package dev.minirt.cli;

import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.Frame;
import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.error.Errno;
import dev.minirt.core.host.HostProbe;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.linux.SyncPoint;
import dev.minirt.core.op.MaskPath;
import dev.minirt.core.op.Op;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.StartGate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A driver that does as if: it answers every request as a driver does when all goes well, within the same thread. Its containers are a line in a procfs that is a
 * plain directory, and a lock that this JVM itself holds; their cgroups are plain directories. For {@link Training} only.
 */
final class RehearsedDriver implements ByteChannel, HostView {
    private static final int PID = 4711;
    private static final long START_TIME = 815;

    /** The process of whatever container. */
    static final ProcessIdentity INIT = new ProcessIdentity(PID, START_TIME);

    private static final int SIGKILL = 9;

    /** Bytes in front of a program's first operation. */
    private static final int PROGRAM_HEADER = 32;

    /** Where it says whether times are to be told. */
    private static final int TIMED = 28;

    private static final List<String> CGROUP_FILES =
            List.of("cgroup.events", "cgroup.freeze", "cgroup.procs", "memory.max", "memory.swap.max", "cpu.max");

    /** What limits are written to, and statistics read from. */
    private static final List<String> LIMIT_FILES = List.of(
            "memory.low",
            "memory.high",
            "memory.current",
            "memory.stat",
            "memory.events",
            "cpu.weight",
            "cpu.stat",
            "cpuset.cpus",
            "cpuset.mems",
            "pids.max",
            "pids.current",
            "io.weight",
            "io.bfq.weight",
            "io.stat",
            "hugetlb.2MB.max",
            "hugetlb.2MB.rsvd.max");

    private static final String PRESSURE = "memory.pressure";

    private final Path directory;
    private final Path stateDirectory;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteBuffer requests = emptyBuffer();
    private final ByteBuffer answers = emptyBuffer();
    private @Nullable FileChannel parked;
    private byte[] input = new byte[0];
    private int exitCode;

    /**
     * A driver whose caller is in a directory, which also holds what stands for the host.
     *
     * @param stateDirectory the directory of the only container that it knows
     */
    RehearsedDriver(Path directory, Path stateDirectory) throws IOException {
        this.directory = directory;
        this.stateDirectory = stateDirectory;
        Files.createDirectories(directory.resolve("cgroup"));
        Files.createDirectories(directory.resolve("lib"));
        Files.writeString(directory.resolve("lib").resolve("minirt.jar"), "");
    }

    /** Has a command line served and returns its exit code. */
    int perform(List<String> argv) {
        output.reset();
        requests.clear();
        answers.clear();
        exitCode = -1;
        answer(new Frame.Builder(FrameKind.HELLO)
                .u32(DriverChannel.VERSION)
                .u64(Op.TABLE_HASH)
                .u32(PID)
                .u64(START_TIME)
                .u32(0)
                .u32(0)
                .u32(0022)
                .text(directory.toString())
                .text(directory.toString())
                .texts(argv)
                .texts(List.of("PATH=/usr/bin"))
                .u64(System.nanoTime())
                .u64(System.nanoTime())
                .u32(0));
        Main.serve(new DriverChannel(this), this);
        return exitCode;
    }

    /** What the next command line finds on its standard input. */
    void provide(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
    }

    /** What the last command line has written. */
    String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public Path proc() {
        return directory.resolve("proc");
    }

    @Override
    public HostFacts facts(long uid, int pid) {
        // Looked at for the classes that this takes; what a host says must not matter.
        var real = HostProbe.gather(uid, pid);
        var typical = HostFacts.typical();
        return new HostFacts(
                Optional.of(directory.resolve("cgroup").toString()),
                typical.controllers(),
                real.architecture(),
                uid,
                typical.capabilities());
    }

    private void obey(int kind, Frame request) throws IOException {
        switch (kind) {
            case FrameKind.WRITE -> {
                int descriptor = request.u32();
                output.writeBytes(request.bytes());
                if (descriptor == 1) {
                    done();
                }
            }
            case FrameKind.RUN -> {
                boolean isContainer = !isRunning();
                if (isContainer) {
                    begin();
                }
                var program = request.bytes();
                branch(program);
                answer(new Frame.Builder(FrameKind.SPAWNED).u32(PID).u64(START_TIME));
                if (program[TIMED] != 0) {
                    answer(new Frame.Builder(FrameKind.TIMES)
                            .u64(1)
                            .u64(1)
                            .u32(0)
                            .u32(1)
                            .u64(1));
                }
                answer(
                        isContainer
                                ? new Frame.Builder(FrameKind.REACHED).u32(SyncPoint.CREATE_RUNTIME.value())
                                : new Frame.Builder(FrameKind.READY));
            }
            case FrameKind.CONTINUE -> answer(new Frame.Builder(FrameKind.READY));
            case FrameKind.START -> {
                unpark();
                answer(new Frame.Builder(FrameKind.STARTED).u32(0));
            }
            case FrameKind.SIGNAL -> {
                request.u32();
                request.u64();
                if (request.u32() == SIGKILL) {
                    end();
                }
                done();
            }
            case FrameKind.HOOK ->
                answer(new Frame.Builder(FrameKind.HOOK_DONE).u32(0).u32(0).text(""));
            case FrameKind.AWAIT_EXIT -> {
                freezeOrThaw();
                answer(new Frame.Builder(FrameKind.DONE)
                        .u32(isRunning() ? Errno.ETIMEDOUT.number() : 0)
                        .text(""));
            }
            case FrameKind.READ -> {
                var path = request.text();
                if (!path.isEmpty()) {
                    input = Files.readAllBytes(Path.of(path));
                }
                answer(new Frame.Builder(FrameKind.INPUT).u32(0).u32(1).bytes(input));
                input = new byte[0];
            }
            case FrameKind.EXIT -> exitCode = request.u32();
            default -> done();
        }
    }

    /** Every MaskPath of the program goes another way, as those of paths that do not exist. */
    private void branch(byte[] program) {
        var at = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).position(PROGRAM_HEADER);
        var masks = new ArrayList<Integer>();
        for (int operation = 0; at.hasRemaining(); operation++) {
            if (at.getInt() == MaskPath.OPCODE) {
                masks.add(operation);
            }
            at.getInt();
            int length = at.getInt();
            at.position(at.position() + length);
        }
        var frame = new Frame.Builder(FrameKind.BRANCHED).u32(masks.size());
        for (int mask : masks) {
            frame.u32(mask).u32(1);
        }
        answer(frame);
    }

    /** Then the program is that of an exec. */
    private boolean isRunning() {
        return Files.exists(stat());
    }

    private void begin() throws IOException {
        var process = Files.createDirectories(directory.resolve("proc").resolve(Integer.toString(PID)));
        Files.writeString(process.resolve("stat"), PID + " (init) S" + " 0".repeat(18) + " " + START_TIME + " 0\n");
        makeCgroupFiles("cpu memory");
        parked = FileChannel.open(
                stateDirectory.resolve(StartGate.LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        parked.lock();
    }

    /** What the kernel makes with a cgroup, and what the cgroups above have enabled. */
    private void makeCgroupFiles(String enabled) throws IOException {
        for (var file : CGROUP_FILES) {
            Files.writeString(cgroup().resolve(file), "0\n");
        }
        for (var above : List.of("cgroup", "cgroup/minirt")) {
            Files.writeString(directory.resolve(above).resolve("cgroup.subtree_control"), enabled + "\n");
        }
    }

    /** Makes the container's cgroup in advance, with files that the kernel would have made when it was. */
    void furnish() throws IOException {
        Files.createDirectories(cgroup());
        makeCgroupFiles("memory");
        for (var file : LIMIT_FILES) {
            Files.writeString(cgroup().resolve(file), "0\n");
        }
        Files.writeString(cgroup().resolve("cgroup.events"), "populated 0\nfrozen 0\n");
        Files.writeString(cgroup().resolve(PRESSURE), "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    }

    /** Takes that away again: nobody else would, for it was not made by the container. */
    void unfurnish() throws IOException {
        for (var file : LIMIT_FILES) {
            Files.deleteIfExists(cgroup().resolve(file));
        }
        Files.deleteIfExists(cgroup().resolve(PRESSURE));
        Files.deleteIfExists(cgroup());
    }

    /** The container's process and what the kernel has of it are gone, as when a JVM that acted them ends; what minirt has written stays. */
    void leave() throws IOException {
        end();
    }

    /** Another JVM acts what was {@linkplain #leave left}. */
    void comeBack() throws IOException {
        begin();
    }

    private void unpark() throws IOException {
        if (parked != null) {
            parked.close();
            parked = null;
        }
    }

    private void end() throws IOException {
        unpark();
        Files.deleteIfExists(stat());
        // Where they are the kernel's own they are no hindrance to rmdir.
        for (var file : CGROUP_FILES) {
            Files.deleteIfExists(cgroup().resolve(file));
        }
    }

    private Path stat() {
        return directory.resolve("proc").resolve(Integer.toString(PID)).resolve("stat");
    }

    private Path cgroup() {
        return directory.resolve("cgroup").resolve("minirt").resolve(String.valueOf(stateDirectory.getFileName()));
    }

    private void freezeOrThaw() throws IOException {
        var freeze = cgroup().resolve("cgroup.freeze");
        if (Files.exists(freeze)) {
            Files.writeString(
                    cgroup().resolve("cgroup.events"), "populated 0\nfrozen " + Files.readString(freeze) + "\n");
        }
    }

    private void done() {
        answer(new Frame.Builder(FrameKind.DONE).u32(0).text(""));
    }

    // --- the stream ---

    private static ByteBuffer emptyBuffer() {
        return ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void answer(Frame.Builder frame) {
        answers.put(frame.build());
    }

    @Override
    public int read(ByteBuffer target) {
        answers.flip();
        int count = Math.min(target.remaining(), answers.remaining());
        target.put(answers.slice(answers.position(), count));
        answers.position(answers.position() + count).compact();
        return count == 0 ? -1 : count;
    }

    @Override
    public int write(ByteBuffer source) {
        int count = source.remaining();
        requests.put(source);
        requests.flip();
        while (requests.remaining() >= Frame.HEADER
                && requests.remaining() >= Frame.HEADER + requests.getInt(requests.position())) {
            int length = requests.getInt();
            int kind = requests.getInt();
            var payload = new byte[length];
            requests.get(payload);
            try {
                obey(kind, new Frame(kind, ByteBuffer.wrap(payload)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        requests.compact();
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        try {
            unpark();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
