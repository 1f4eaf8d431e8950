package dev.minirt.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;

/** What a single test works with: the runtime with a state root of its own, bundles, and host helpers. */
public final class Sandbox {
    static final String HOST_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final ContainerRuntime runtime;
    private final Session session;
    private final String name;
    private final Path directory;
    private final List<String> hostMounts = new ArrayList<>();
    private HostSnapshot before;
    private final List<Process> helpers = new ArrayList<>();
    private final AtomicInteger counter = new AtomicInteger();

    Sandbox(ContainerRuntime runtime, Session session) {
        this.runtime = runtime;
        this.session = session;
        name = session.token() + "-" + COUNTER.incrementAndGet();
        directory = session.directory().resolve(name);
        try {
            for (String child : List.of("root", "io", "canary/directory")) {
                Files.createDirectories(directory.resolve(child));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String file : List.of("secret", "ptmx", "null", "directory/file")) {
            write(canary().resolve(file), "canary " + file);
        }
        before = HostSnapshot.take(this);
    }

    /** The runtime under test. */
    public ContainerRuntime runtime() {
        return runtime;
    }

    /** A directory for whatever the test needs on the host. */
    public Path directory() {
        return directory;
    }

    /** The runtime's {@code --root}. */
    public Path stateRoot() {
        return directory.resolve("root");
    }

    /** Files of the host that no test may touch from within a container; compared after the test. */
    public Path canary() {
        return directory.resolve("canary");
    }

    /** A directory on the host with a single file in it. */
    public Path directoryWith(String file, String content) {
        Path source = directory.resolve("source" + counter.incrementAndGet());
        write(source.resolve(file), content);
        return source;
    }

    /** A part of every container id and cgroup of this test. */
    public String name() {
        return name;
    }

    /** An id that was not used before. */
    public String newId() {
        return name + "-c" + counter.incrementAndGet();
    }

    /** A new bundle, to be changed. */
    public Bundle bundle() {
        Path path = directory.resolve("bundle" + counter.incrementAndGet());
        return new Bundle(path, session);
    }

    /** Skips the test unless the static probe program could be compiled for the containers. */
    public void needsProbe() {
        if (session.probe().isEmpty()) {
            throw new TestAbortedException("no C compiler that links statically (package musl-tools, or gcc)");
        }
    }

    /** A command at a new terminal of this size, as the leader of its session; closed by the test. */
    public Terminal terminal(int rows, int columns, String... command) {
        return Terminal.running(terminalProgram(), directory, rows, columns, List.of(command));
    }

    /** {@code run} at a new terminal of 24 lines and 80 columns. */
    public Terminal terminal(Bundle bundle, String id, String... flags) {
        return terminal(24, 80, running(bundle, id, flags).command());
    }

    /** Somebody who waits at a console socket. */
    public Terminal consoleSocket(Path socket) {
        return Terminal.listening(terminalProgram(), directory, socket);
    }

    private Path terminalProgram() {
        return session.terminal()
                .orElseThrow(() ->
                        new TestAbortedException("no C compiler that links statically (package musl-tools, or gcc)"));
    }

    /** Skips the test, for the printed reason, unless the condition holds. */
    public void needs(boolean condition, String what) {
        if (!condition) {
            throw new TestAbortedException("needs " + what);
        }
    }

    /** The runtime with this test's {@code --root} and the arguments. */
    public Invocation runtime(String... args) {
        return bareRuntime(Stream.concat(Stream.of("--root", stateRoot().toString()), Stream.of(args))
                .toArray(String[]::new));
    }

    /** The runtime with nothing but the arguments. */
    public Invocation bareRuntime(String... args) {
        return host(Stream.concat(Stream.of(runtime.binary().toString()), Stream.of(args))
                .toArray(String[]::new));
    }

    /** A command of the host. */
    public Invocation host(String... command) {
        return new Invocation(
                directory, directory.resolve("io").resolve("" + counter.incrementAndGet()), List.of(command));
    }

    /** Starts a command of the host, which is killed at the end of the test. */
    public Process helper(String... command) {
        return helper(host(command));
    }

    /** Starts a prepared command, which is killed at the end of the test. */
    public Process helper(Invocation command) {
        Process process = command.spawn();
        helpers.add(process);
        return process;
    }

    /** A command that runs while the test goes on; the watchdog counts from {@link #await}. */
    public record Started(Invocation invocation, Process process) {
        /** Waits for its end. */
        public Outcome await() {
            return invocation.await(process);
        }
    }

    /** Starts a command; the test must wait for it. */
    public Started spawn(Invocation invocation) {
        return new Started(invocation, invocation.spawn());
    }

    /** Starts a process in new namespaces, and returns the pid by which they can be joined. */
    public long joinable(String type, String option) {
        String own = Processes.link(ProcessHandle.current().pid(), "ns/" + type);
        long pid = helper("unshare", option, "sleep", "1000").pid();
        boolean changed = Processes.await(
                Duration.ofSeconds(5), () -> !Processes.link(pid, "ns/" + type).equals(own));
        assertThat(changed).as("unshare %s", option).isTrue();
        return pid;
    }

    /** Mounts something on the host for the time of the test: {@code hostMount(target, "-t", "tmpfs", "tmpfs")}. */
    public Path hostMount(Path target, String... args) {
        try {
            Files.createDirectories(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(args));
        command.add(target.toString());
        host(command.toArray(String[]::new)).execute().succeeded();
        hostMounts.add(target.toString());
        before = HostSnapshot.take(this);
        return target;
    }

    /** {@code create}, not yet executed. */
    public Invocation creating(Bundle bundle, String id, String... flags) {
        bundle.write();
        List<String> args =
                new ArrayList<>(List.of("create", "--bundle", bundle.directory().toString()));
        args.addAll(List.of(flags));
        args.add(id);
        return runtime(args.toArray(String[]::new));
    }

    /** {@code create}, which may fail. */
    public Outcome tryCreate(Bundle bundle) {
        return creating(bundle, newId()).execute();
    }

    /**
     * {@code create}, which must fail with exit code 1 and leave nothing behind. Of minirt one line is demanded, with
     * the words; a word may be the JSON pointer of what is wrong, and is then looked for as minirt prints it.
     */
    public Outcome createFails(Bundle bundle, String... words) {
        return refused(tryCreate(bundle), words);
    }

    /** As {@link #createFails}, of any command. */
    public Outcome refused(Outcome outcome, String... words) {
        outcome.failed(runtime.isMinirt() ? Stream.of(words).map(Json::printed).toArray(String[]::new) : new String[0]);
        if (runtime.isMinirt()) {
            assertThat(outcome.stderr().lines()).as("one line from %s", outcome).hasSize(1);
        }
        nothingLeft();
        return outcome;
    }

    /** {@code create}, which must succeed. */
    public Container create(Bundle bundle, String... flags) {
        String id = newId();
        return created(id, creating(bundle, id, flags));
    }

    /** A prepared {@code create}, which must succeed. */
    public Container created(String id, Invocation create) {
        create.execute().succeeded();
        return container(id, create);
    }

    /** A container that exists. */
    public Container container(String id, Invocation create) {
        return new Container(this, id, create, state(id).path("pid").asLong(0));
    }

    /** {@code create} and {@code start}, which must succeed. */
    public Container start(Bundle bundle) {
        return create(bundle).start();
    }

    /** {@code run} in the foreground. */
    public Outcome run(Bundle bundle, String... flags) {
        return running(bundle, newId(), flags).execute();
    }

    /** {@code run}, not yet executed. */
    public Invocation running(Bundle bundle, String id, String... flags) {
        bundle.write();
        List<String> args =
                new ArrayList<>(List.of("run", "--bundle", bundle.directory().toString()));
        args.addAll(List.of(flags));
        args.add(id);
        return runtime(args.toArray(String[]::new));
    }

    /** What a container prints that is run to its successful end. */
    public String output(Bundle bundle) {
        return run(bundle).succeeded().stdout();
    }

    /** {@code state}, which must succeed. */
    public JsonNode state(String id) {
        return runtime("state", id).execute().succeeded().json();
    }

    /** Fails if anything is left on the host that was not there when the test began. */
    public void nothingLeft() {
        before.assertUnchanged(this);
    }

    /** Ends helpers and whatever containers are left, then looks for leftovers. */
    void close(boolean check) {
        helpers.forEach(helper -> {
            helper.descendants().forEach(ProcessHandle::destroyForcibly);
            helper.destroyForcibly();
            awaitEnd(helper);
            Processes.ended(helper);
        });
        try {
            deleteContainers();
            if (check) {
                nothingLeft();
            }
        } finally {
            for (String target : hostMounts.reversed()) {
                host("umount", "--lazy", target).execute();
            }
            HostSnapshot.killStrays();
            before.unmountLeftovers(this);
            removeCgroups();
            removeTree(directory);
        }
    }

    private void deleteContainers() {
        for (String id : list(stateRoot())) {
            runtime("delete", "--force", id).execute().succeededPerhapsWithWarnings();
        }
    }

    private void removeCgroups() {
        for (Path cgroup : Cgroups.containing(name).reversed()) {
            try {
                Files.deleteIfExists(cgroup);
            } catch (IOException e) {
                System.err.println("cannot remove " + cgroup + ": " + e);
            }
        }
    }

    private static void awaitEnd(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The names in a directory, sorted; none if it does not exist. */
    public static List<String> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's content. */
    public static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file, making its directories. */
    public static Path write(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A resource of the tests, next to their classes. */
    public static String resource(String name) {
        try (InputStream stream = Objects.requireNonNull(Sandbox.class.getResourceAsStream("../" + name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void removeTree(Path tree) {
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            System.err.println("cannot remove " + tree + ": " + e);
        }
    }
}
