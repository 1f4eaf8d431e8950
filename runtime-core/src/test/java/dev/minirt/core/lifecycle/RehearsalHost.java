package dev.minirt.core.lifecycle;

import dev.minirt.core.bundle.Bundle;
import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.Frame;
import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.driver.ScriptedPeer;
import dev.minirt.core.error.Errno;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.host.Processes;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.StartGate;
import dev.minirt.core.plan.stage.ContainerStages;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.Store;
import dev.minirt.core.systemd.NoSystemdException;
import dev.minirt.core.systemd.SystemdFinder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A host in a temporary directory, with a driver that keeps account of what it is asked for and can be told how to answer. Its procfs
 * and cgroups are plain directories; init is a line in that procfs and a lock that this JVM holds.
 */
final class RehearsalHost implements Diary, AutoCloseable {
    static final int INIT = 4711;
    static final long INIT_START = 815;
    static final int RUNTIME = 1234;

    /** What happened, in order. */
    final List<String> events = new ArrayList<>();

    /** Standard input of the hooks, by their paths. */
    final Map<String, String> hookInput = new HashMap<>();

    /** How hooks end, by their paths: outcome, value, output. Others succeed. */
    final Map<String, List<Object>> hookOutcomes = new HashMap<>();

    /** Which minirt works here. */
    Optional<String> build = Optional.of("this one");

    /** {@code --pidfd-socket} of create. */
    Optional<String> pidfdSocket = Optional.empty();

    /** More members of {@code linux}, each behind a comma. */
    String linux = "";

    /** Replaces the answer to a request. */
    final Map<Integer, ScriptedPeer.Script> instead = new HashMap<>();

    /** The namespaces of the bundle, as in config.json. */
    String namespaces = "{\"type\": \"mount\"}, {\"type\": \"pid\"}";

    /** How many mounts there are on one another wherever something is to be unmounted. */
    int mounts;

    /** Connects to systemd; there is none unless a test says otherwise. */
    SystemdFinder systemd = (user, known) -> {
        throw new NoSystemdException("no systemd");
    };

    /** Looks around when a program is to be run. */
    Runnable atRun = () -> {};

    private final Path directory;
    private final ScriptedPeer peer;
    private @Nullable FileChannel parked;

    RehearsalHost(Path directory) throws IOException {
        this.directory = directory;
        this.peer = new ScriptedPeer(this::obey);
        Files.createDirectories(directory.resolve("cgroup"));
        Files.createDirectories(proc().resolve("sys/kernel/random"));
        boot("this-boot");
        process(RUNTIME, 99);
    }

    Surroundings surroundings() {
        var typical = HostFacts.typical();
        var facts = new HostFacts(
                Optional.of(directory.resolve("cgroup").toString()),
                typical.controllers(),
                typical.architecture(),
                0,
                typical.capabilities());
        return new Surroundings(
                new DriverChannel(peer),
                store(),
                new Processes(proc()),
                ContainerStages.planner(),
                () -> facts,
                systemd,
                new ProcessIdentity(RUNTIME, 99),
                0,
                022,
                Optional.empty(),
                this,
                build);
    }

    Store store() {
        return new Store(directory.resolve("root"));
    }

    ContainerDirectory container() {
        return store().directory(new ContainerId("c1"));
    }

    Path cgroup() {
        return directory.resolve("cgroup");
    }

    private Path proc() {
        return directory.resolve("proc");
    }

    /** A bundle with some hooks and other members of config.json. */
    Bundle bundle(String process, String hooks) throws IOException {
        var path = Files.createDirectories(directory.resolve("bundle"));
        Files.createDirectories(path.resolve("rootfs"));
        Files.writeString(path.resolve("config.json"), """
                {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "annotations": {"k": "v"}, "hooks": {%s},
                 "linux": {"cgroupsPath": "/pod/c1", "namespaces": [%s]%s}%s}
                """.formatted(hooks, namespaces, linux, process));
        return Bundle.load(path);
    }

    static final String PROCESS =
            ", \"process\": {\"cwd\": \"/\", \"args\": [\"sh\"], \"user\": {\"uid\": 0, \"gid\": 0}}";

    static String hook(String kind, String... paths) {
        var list = new ArrayList<String>();
        for (var path : paths) {
            list.add("{\"path\": \"" + path + "\"}");
        }
        return "\"" + kind + "\": " + list;
    }

    CreateRequest request(Bundle bundle) {
        return new CreateRequest(
                new ContainerId("c1"),
                bundle,
                Optional.of(directory.resolve("pid").toString()),
                pidfdSocket,
                false,
                false,
                0,
                Connections.USUAL,
                CgroupDriver.FILES);
    }

    Path pidFile() {
        return directory.resolve("pid");
    }

    void boot(String id) throws IOException {
        Files.writeString(proc().resolve("sys/kernel/random/boot_id"), id + "\n");
    }

    void process(int pid, long startTime) throws IOException {
        var path = Files.createDirectories(proc().resolve(Integer.toString(pid)));
        Files.writeString(path.resolve("stat"), pid + " (x) S" + " 0".repeat(18) + " " + startTime + " 0\n");
    }

    void end(int pid) throws IOException {
        Files.deleteIfExists(proc().resolve(Integer.toString(pid)).resolve("stat"));
        if (pid == INIT) {
            unpark();
        }
    }

    void park() throws IOException {
        parked = FileChannel.open(
                container().path().resolve(StartGate.LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        parked.lock();
    }

    void unpark() throws IOException {
        if (parked != null) {
            parked.close();
            parked = null;
        }
    }

    void say(Frame.Builder frame) {
        peer.say(frame);
    }

    static Frame.Builder frame(int kind) {
        return new Frame.Builder(kind);
    }

    private void obey(int kind, Frame request, ScriptedPeer self) {
        try {
            var other = instead.get(kind);
            if (other == null) {
                answer(kind, request);
            } else {
                other.answer(kind, request, self);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(int kind, Frame request) throws IOException {
        switch (kind) {
            case FrameKind.RUN -> {
                events.add("run");
                atRun.run();
                spawn();
                say(frame(FrameKind.REACHED).u32(1));
            }
            case FrameKind.CONTINUE -> {
                events.add("continue");
                park();
                say(frame(FrameKind.READY));
            }
            case FrameKind.ABORT -> {
                events.add("abort");
                end(INIT);
                say(frame(FrameKind.DONE).u32(0).text(""));
            }
            case FrameKind.KILL_AND_REAP -> {
                events.add("kill and reap");
                end(INIT);
                say(frame(FrameKind.EXITED).u32(9));
            }
            case FrameKind.HOOK -> {
                var path = request.text();
                events.add("hook " + path);
                request.texts();
                request.texts();
                request.u32();
                request.text();
                hookInput.put(path, new String(request.bytes(), StandardCharsets.UTF_8));
                var outcome = hookOutcomes.getOrDefault(path, List.of(0, 0, ""));
                say(frame(FrameKind.HOOK_DONE)
                        .u32((int) outcome.get(0))
                        .u32((int) outcome.get(1))
                        .text((String) outcome.get(2)));
            }
            case FrameKind.START -> {
                events.add("start");
                unpark();
                say(frame(FrameKind.STARTED).u32(0));
            }
            case FrameKind.SIGNAL -> {
                int pid = request.u32();
                long startTime = request.u64();
                int signal = request.u32();
                events.add("signal " + signal + " to " + pid + ":" + startTime);
                boolean same = new Processes(proc()).isAlive(new ProcessIdentity(pid, startTime));
                if (same && signal == SignalNumber.KILL) {
                    end(pid);
                }
                say(frame(FrameKind.DONE).u32(same ? 0 : Errno.ESRCH.number()).text(""));
            }
            case FrameKind.FILTER_DEVICES -> {
                var cgroup = request.text();
                events.add("filter of " + cgroup().relativize(Path.of(cgroup)) + ": " + request.bytes().length);
                say(frame(FrameKind.DONE).u32(0).text(""));
            }
            case FrameKind.UNMOUNT -> {
                events.add("unmount " + directory.relativize(Path.of(request.text())));
                say(frame(FrameKind.DONE)
                        .u32(mounts > 0 ? 0 : Errno.EINVAL.number())
                        .text(""));
                mounts--;
            }
            case FrameKind.AWAIT_EXIT -> {
                events.add("await " + request.u32());
                say(frame(FrameKind.DONE).u32(0).text(""));
            }
            default -> throw new AssertionError("frame " + kind);
        }
    }

    void spawn() throws IOException {
        process(INIT, INIT_START);
        say(frame(FrameKind.SPAWNED).u32(INIT).u64(INIT_START));
    }

    @Override
    public void warning(String message) {
        events.add("warning " + message);
    }

    @Override
    public void trouble(String message) {
        events.add("trouble " + message);
    }

    @Override
    public void debug(String message) {
        // Of no interest.
    }

    @Override
    public boolean isDebugging() {
        return false;
    }

    @Override
    public void close() throws IOException {
        unpark();
    }

    /** An exec of a command without any flag. */
    static ExecProcess.Command command(String... words) {
        return new ExecProcess.Command(
                List.of(words),
                Optional.empty(),
                List.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                false,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
