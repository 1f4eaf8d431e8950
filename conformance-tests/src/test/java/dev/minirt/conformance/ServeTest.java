package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * {@code minirt serve}: every command may be served by it or not, and nobody can tell but by the clock. Each server has a mount namespace of its own, where
 * its socket is not that of a server of this machine.
 */
@Conformance
class ServeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A server, and commands in its mount namespace. */
    private record Served(Sandbox box, Path binary, Process server, Path directory) {
        static Served start(Sandbox box, String... flags) {
            return start(box, box.runtime().binary(), flags);
        }

        static Served start(Sandbox box, Path binary, String... flags) {
            box.needs(box.runtime().flavour() == Flavour.MINIRT, "minirt: other runtimes have no server");
            Path directory = box.directory().resolve("serve");
            try {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String script = "mount -t tmpfs tmpfs /run && mkdir -m 700 /run/minirt-serve" + " && mount --bind "
                    + directory + " /run/minirt-serve && exec \"$@\"";
            List<String> command = new ArrayList<>(
                    List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"));
            command.add(binary.toString());
            command.add("serve");
            command.addAll(List.of(flags));
            Process server = box.helper(command.toArray(String[]::new));
            assertThat(Processes.await(PATIENCE, () -> Files.exists(directory.resolve("socket"))))
                    .as("the server listens")
                    .isTrue();
            return new Served(box, binary, server, directory);
        }

        Path socket() {
            return directory.resolve("socket");
        }

        /** A command that finds the server. */
        Invocation inside(Invocation invocation) {
            return invocation.within("nsenter", "--mount=/proc/" + server.pid() + "/ns/mnt", "--");
        }

        Outcome run(String... args) {
            return inside(box.runtime(args)).execute();
        }

        /** Whether {@code list} starts a JVM. */
        boolean startsJvm(Invocation list) {
            Path trace = box.directory().resolve("trace" + System.nanoTime());
            list.within("strace", "-f", "-qq", "-e", "trace=execve", "-o", trace.toString())
                    .execute()
                    .succeeded();
            try {
                return Files.readString(trace).contains("lib/jvm/bin/java");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether commands are served: on a busy machine, where a driver loses its patience, perhaps not the first one. */
        boolean isWarm() {
            return Processes.await(PATIENCE, () -> !startsJvm(list()));
        }

        Invocation list() {
            return inside(box.host(binary.toString(), "--root", box.stateRoot().toString(), "list"));
        }

        int end() throws InterruptedException {
            server.destroy();
            assertThat(server.waitFor(20, TimeUnit.SECONDS))
                    .as("SIGTERM ends it")
                    .isTrue();
            return server.exitValue();
        }
    }

    @Test
    void servesAWholeLife(Sandbox box) throws InterruptedException {
        Served served = Served.start(box);
        assertThat(served.isWarm()).isTrue();
        Bundle bundle = box.bundle().idle();
        String id = box.newId();
        served.inside(box.creating(bundle, id)).execute().succeeded();
        long pid = served.run("state", id).succeeded().json().path("pid").asLong();
        assertThat(Processes.isAlive(pid)).isTrue();
        assertThat(Processes.entry(pid).orElseThrow().parent())
                .as("no container descends from the server")
                .isNotEqualTo(served.server().pid());
        served.run("start", id).succeeded();
        assertThat(served.run("state", id).json().path("status").asString()).isEqualTo("running");
        served.run("kill", id, "KILL").succeeded();
        Processes.await(PATIENCE, () -> !Processes.isAlive(pid));
        Processes.reapOrphans();
        served.run("delete", id).succeeded();
        served.run("state", id).failed("does not exist");
        assertThat(served.end()).isZero();
        assertThat(served.directory())
                .as("neither a socket nor what it rehearsed with")
                .isEmptyDirectory();
        box.nothingLeft();
    }

    /** Attack: commands that wait for what nobody writes would take the server's threads, one by one. */
    @Test
    void aDocumentThatNeverComesIsTheDriversToWaitFor(Sandbox box) {
        Served served = Served.start(box);
        assertThat(served.isWarm()).isTrue();
        String id = box.newId();
        served.inside(box.creating(box.bundle().idle(), id)).execute().succeeded();
        Path fifo = box.directory().resolve("fifo");
        box.host("mkfifo", fifo.toString()).execute().succeeded();
        Sandbox.Started exec = box.spawn(served.inside(box.runtime("exec", "-p", fifo.toString(), id)));
        assertThat(Processes.await(
                        PATIENCE, () -> Processes.hasOpen(exec.process().pid(), fifo)))
                .isTrue();
        assertThat(Processes.hasOpen(served.server().pid(), fifo)).isFalse();
        exec.process().destroy();
        assertThat(exec.await().code()).isEqualTo(128 + 15);
        served.run("delete", "--force", id).succeeded();
    }

    @Test
    void passesOnTheExitCodeAndOutput(Sandbox box) {
        Served served = Served.start(box);
        Bundle bundle = box.bundle().shell("echo out; echo err >&2; exit 7");
        bundle.write();
        Outcome outcome = served.run("run", "--bundle", bundle.directory().toString(), box.newId());
        assertThat(outcome.code()).isEqualTo(7);
        assertThat(outcome.stdout()).isEqualTo("out\n");
        assertThat(outcome.stderr()).isEqualTo("err\n");
        box.nothingLeft();
    }

    @Test
    void isOnlyOneStateWithColdCommands(Sandbox box) {
        Served served = Served.start(box);
        String id = box.newId();
        served.inside(box.creating(box.bundle().idle(), id)).execute().succeeded();
        served.inside(box.runtime("start", id).with("MINIRT_COLD", "1"))
                .execute()
                .succeeded();
        assertThat(served.run("state", id).json().path("status").asString()).isEqualTo("running");
        assertThat(served.startsJvm(served.inside(box.runtime("list").with("MINIRT_COLD", "1"))))
                .isTrue();
        served.inside(box.runtime("delete", "--force", id).with("MINIRT_COLD", "1"))
                .execute()
                .succeeded();
        served.run("state", id).failed("does not exist");
        box.nothingLeft();
    }

    @Test
    void doesNotDecideForAnotherMountNamespace(Sandbox box) {
        Served served = Served.start(box);
        Invocation elsewhere =
                served.inside(box.runtime("list").within("unshare", "--mount", "--propagation", "private"));
        assertThat(served.startsJvm(elsewhere)).isTrue();
    }

    /** Processes have other start times there: one that runs would look like another one, which is stopped. */
    @Test
    void doesNotDecideForAnotherTimeNamespace(Sandbox box) {
        Served served = Served.start(box);
        Invocation elsewhere =
                served.inside(box.runtime("list").within("unshare", "--time", "--boottime", "100", "--fork"));
        assertThat(served.startsJvm(elsewhere)).isTrue();
    }

    @Test
    void doesNotDecideForAnotherGroup(Sandbox box) {
        Served served = Served.start(box);
        Invocation other = served.inside(box.runtime("list").within("setpriv", "--regid", "1000", "--clear-groups"));
        assertThat(served.startsJvm(other)).isTrue();
    }

    @Test
    void doesNotDecideForFewerCapabilities(Sandbox box) {
        Served served = Served.start(box);
        Invocation less = served.inside(
                box.runtime("list").within("setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"));
        assertThat(served.startsJvm(less)).isTrue();
    }

    /** A server goes on with the classes that it has, but files of a jar that was written over are no longer where it knows them. */
    @Test
    void doesNotDecideForADistributionThatWasWrittenOver(Sandbox box) throws IOException {
        box.needs(box.runtime().flavour() == Flavour.MINIRT, "minirt: other runtimes have no server");
        Path original = box.runtime().binary().resolve("../..").normalize();
        Path home = box.directory().resolve("copy");
        Path lib = Files.createDirectories(home.resolve("lib"));
        Path binary = Files.createDirectory(home.resolve("bin")).resolve("minirt");
        Files.copy(original.resolve("bin/minirt"), binary);
        Path jar = lib.resolve("minirt.jar");
        Files.copy(original.resolve("lib/minirt.jar"), jar, StandardCopyOption.COPY_ATTRIBUTES);
        for (String part : List.of("jvm", "minirt.aot", "brief.aot", "minirt.options", "native", "resources")) {
            Files.createSymbolicLink(lib.resolve(part), original.resolve("lib").resolve(part));
        }
        Served served = Served.start(box, binary);
        assertThat(served.isWarm()).isTrue();
        Files.write(jar, Files.readAllBytes(jar), StandardOpenOption.WRITE);
        assertThat(served.startsJvm(served.list())).isTrue();
        assertThat(Processes.await(PATIENCE, () -> !served.server().isAlive()))
                .as("it makes room for another")
                .isTrue();
        assertThat(served.directory()).isEmptyDirectory();
    }

    /** Its own, and not that of a server which has taken its place. */
    @Test
    void removesNobodyElsesSocket(Sandbox box) throws IOException, InterruptedException {
        Served served = Served.start(box);
        assertThat(served.isWarm()).isTrue();
        Files.delete(served.socket());
        Files.writeString(served.socket(), "another's");
        assertThat(served.end()).isZero();
        assertThat(served.socket()).exists();
    }

    /** The same as without a server: it has room for what a command of its own has room for. */
    @Test
    void servesLargeConfigurations(Sandbox box) throws InterruptedException {
        Served served = Served.start(box);
        String id = box.newId();
        Bundle bundle = box.bundle().idle();
        bundle.setJson("/unknown", "'" + "x".repeat(15 << 20) + "'");
        served.inside(box.creating(bundle, id)).execute().succeeded();
        served.run("delete", "--force", id).succeeded();
        box.nothingLeft();
    }

    @Test
    void isNotMissedWhenItIsKilled(Sandbox box) throws InterruptedException {
        Served served = Served.start(box);
        String id = box.newId();
        served.inside(box.creating(box.bundle().idle(), id)).execute().succeeded();
        served.server().destroyForcibly().waitFor();
        assertThat(served.socket()).as("a leftover").exists();
        box.runtime("start", id).execute().succeeded();
        box.runtime("delete", "--force", id).execute().succeeded();
        // The next one takes the place of the leftover.
        assertThat(Served.start(box).isWarm()).isTrue();
        box.nothingLeft();
    }

    @Test
    void isAlone(Sandbox box) {
        Served served = Served.start(box);
        served.run("serve").failed("a server is running already");
        served.inside(box.runtime("serve").with("MINIRT_COLD", "1")).execute().failed("a server is running already");
        assertThat(served.isWarm()).isTrue();
    }

    @Test
    void endsWhenItIsIdle(Sandbox box) throws InterruptedException {
        Served served = Served.start(box, "--idle", "1");
        assertThat(served.server().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(served.server().exitValue()).isZero();
        assertThat(served.socket()).doesNotExist();
    }

    @Test
    void refusesOddFlags(Sandbox box) {
        box.needs(box.runtime().flavour() == Flavour.MINIRT, "minirt: other runtimes have no server");
        box.runtime("serve", "--idle", "soon").execute().failed("idle");
    }

    @Test
    void keepsItsSocketToItself(Sandbox box) throws IOException {
        Served served = Served.start(box);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(served.socket())))
                .isEqualTo("rw-------");
    }

    @Test
    void survivesWhateverIsSentToIt(Sandbox box) throws IOException {
        Served served = Served.start(box);
        byte[][] nonsense = {
            {}, {1}, new byte[8], new byte[100_000], {-1, -1, -1, -1, 1, 0, 0, 0}, {4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}
        };
        // A socket is there before anybody listens at it.
        assertThat(served.isWarm()).isTrue();
        for (byte[] bytes : nonsense) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(served.socket()));
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                try {
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                } catch (IOException e) {
                    // It has hung up already, as it should.
                }
            }
        }
        assertThat(served.isWarm()).isTrue();
    }

    @Test
    void survivesACommandThatIsTooMuchForIt(Sandbox box) {
        Served served = Served.start(box);
        Bundle bundle = box.bundle();
        bundle.write();
        Sandbox.write(bundle.directory().resolve("config.json"), "[".repeat(2_000_000));
        served.run("create", "--bundle", bundle.directory().toString(), box.newId())
                .failed();
        assertThat(served.isWarm()).isTrue();
        box.nothingLeft();
    }

    @Test
    void servesManyAtOnce(Sandbox box) {
        Served served = Served.start(box);
        Bundle bundle = box.bundle().idle();
        List<String> ids = new ArrayList<>();
        List<Sandbox.Started> creates = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String id = box.newId();
            ids.add(id);
            creates.add(box.spawn(served.inside(box.creating(bundle, id))));
        }
        creates.forEach(create -> create.await().succeeded());
        assertThat(served.run("list", "--quiet").stdout().lines()).containsExactlyInAnyOrderElementsOf(ids);
        List<Sandbox.Started> deletes = ids.stream()
                .map(id -> box.spawn(served.inside(box.runtime("delete", "--force", id))))
                .toList();
        deletes.forEach(delete -> delete.await().succeeded());
        Processes.reapOrphans();
        box.nothingLeft();
    }

    @Test
    void letsOnlyOneOfManyCreatesOfOneIdWin(Sandbox box) {
        Served served = Served.start(box);
        Bundle bundle = box.bundle().idle();
        String id = box.newId();
        List<Sandbox.Started> creates = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            creates.add(box.spawn(served.inside(box.creating(bundle, id))));
        }
        assertThat(creates.stream().filter(create -> create.await().code() == 0))
                .hasSize(1);
        List<Sandbox.Started> deletes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            deletes.add(box.spawn(served.inside(box.runtime("delete", "--force", id))));
        }
        deletes.forEach(delete -> delete.await().succeeded());
        Processes.reapOrphans();
        box.nothingLeft();
    }
}
