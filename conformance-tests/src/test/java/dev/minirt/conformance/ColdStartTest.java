package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What a command without a server loads: real commands find their classes in an AOT cache, small ones in one of their own. Those that come from elsewhere are what makes a cold start slow
 * without anybody noticing.
 */
@Conformance
class ColdStartTest {
    private static final String FROM_CACHE = "source: shared objects file";

    /** What no command of a container's life has a use for, from wherever it comes: native calls, introspection, patterns, loggers, processes. */
    private static final Pattern HEAVY = Pattern.compile(
            ".*\\s(com\\.sun\\.jna|tools\\.jackson\\.databind|java\\.util\\.regex|org\\.slf4j|java\\.util\\.logging|java\\.lang\\.Process(Builder|Impl))\\b.*");

    /** A distribution with the same parts as the one under test, whose JVMs write down what they load. */
    private record Logging(Sandbox box, Path binary, Path log) {
        static Logging make(Sandbox box) {
            box.needs(box.runtime().isMinirt(), "minirt: others start no JVM");
            Path original = box.runtime().binary().resolve("../..").normalize();
            Path home = box.directory().resolve("logging");
            Path log = box.directory().resolve("loaded");
            try {
                Path binary = Files.createDirectories(home.resolve("bin")).resolve("minirt");
                Files.copy(original.resolve("bin/minirt"), binary);
                Path lib = Files.createDirectories(home.resolve("lib"));
                for (String part : List.of("jvm", "minirt.jar", "minirt.aot", "brief.aot", "native", "resources")) {
                    Files.createSymbolicLink(
                            lib.resolve(part), original.resolve("lib").resolve(part));
                }
                List<String> options = new ArrayList<>(List.of("-Xlog:disable", "-Xlog:class+load:file=" + log));
                for (String line : Files.readAllLines(original.resolve("lib/minirt.options"))) {
                    if (!line.equals("-Xlog:disable")) {
                        options.add(line);
                    }
                }
                Files.write(lib.resolve("minirt.options"), options);
                return new Logging(box, binary, log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Invocation cold(String... words) {
            List<String> command = new ArrayList<>(
                    List.of(binary.toString(), "--root", box.stateRoot().toString()));
            command.addAll(List.of(words));
            return box.host(command.toArray(String[]::new)).with("MINIRT_COLD", "1");
        }

        /** What the last command has loaded, a line for each class. */
        private List<String> loaded() {
            List<String> loaded = Sandbox.read(log)
                    .lines()
                    .filter(line -> line.contains(" source: "))
                    .toList();
            assertThat(loaded).as("classes from the cache").anyMatch(line -> line.contains(FROM_CACHE));
            return loaded;
        }

        /** Runs a command and returns what it loads from elsewhere than the cache. */
        List<String> strangers(String... words) {
            cold(words).execute().succeeded();
            List<String> loaded = loaded();
            assertThat(loaded)
                    .as("%s loads no heavy library", List.of(words))
                    .noneMatch(line -> HEAVY.matcher(line).matches());
            return loaded.stream().filter(line -> !line.contains(FROM_CACHE)).toList();
        }

        /** Whether the last command had the cache of the small ones: that has no classes of others, which a cache brings to every command. */
        boolean wasBrief() {
            return loaded().stream().noneMatch(line -> line.contains("dev.minirt.cli.CreateCommand "));
        }

        /** Runs a small command and returns what it loads from elsewhere than their cache. */
        List<String> strangersToBrief(String... words) {
            List<String> strangers = strangers(words);
            assertThat(wasBrief())
                    .as("%s has the cache of small commands", List.of(words))
                    .isTrue();
            return strangers;
        }

        /** Runs a command and returns what it loads of the D-Bus library, from wherever. */
        List<String> ofDBus(String... words) {
            cold(words).execute().succeeded();
            return ofDBus();
        }

        private List<String> ofDBus() {
            return loaded().stream()
                    .filter(line ->
                            line.contains("org.freedesktop.dbus") || line.contains("dev.minirt.core.systemd.Bus"))
                    .toList();
        }
    }

    @Test
    void classesOfALifeComeFromTheCache(Sandbox box) {
        Logging minirt = Logging.make(box);
        Path source = box.directoryWith("file", "");
        Bundle bundle = box.bundle()
                .idle()
                .hook("prestart", "/bin/true")
                .hook("createRuntime", "/bin/true")
                .hook("poststop", "/bin/true")
                .setJson("/process/rlimits", "[{'type': 'RLIMIT_CORE', 'hard': 0, 'soft': 0}]")
                .setJson(
                        "/linux/seccomp",
                        "{'defaultAction': 'SCMP_ACT_ALLOW', 'architectures': ['SCMP_ARCH_X86_64'],"
                                + " 'syscalls': [{'names': ['swapon', 'kexec_load'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 1},"
                                + " {'names': ['personality'], 'action': 'SCMP_ACT_ERRNO',"
                                + " 'args': [{'index': 0, 'value': 8, 'op': 'SCMP_CMP_EQ'}]}]}");
        for (int i = 0; i < 20; i++) {
            bundle.bind(source, "/volumes/" + i, "rbind", i % 2 == 0 ? "ro" : "rw", "nosuid", "rprivate");
        }
        bundle.write();
        String id = box.newId();
        String directory = bundle.directory().toString();
        assertThat(minirt.strangers("create", "--bundle", directory, id)).isEmpty();
        assertThat(minirt.wasBrief()).isFalse();
        assertThat(minirt.strangersToBrief("state", id)).isEmpty();
        assertThat(minirt.strangersToBrief("start", id)).isEmpty();
        assertThat(minirt.strangers("exec", id, "/bin/true")).isEmpty();
        assertThat(minirt.wasBrief()).isFalse();
        assertThat(minirt.strangers("list")).isEmpty();
        assertThat(minirt.strangersToBrief("kill", id, "KILL")).isEmpty();
        assertThat(minirt.strangersToBrief("delete", "--force", id)).isEmpty();
    }

    /** Without hooks, but with the other shapes that the small commands have. */
    @Test
    void classesOfSmallCommandsComeFromTheirCache(Sandbox box) {
        Logging minirt = Logging.make(box);
        Bundle bundle = box.bundle().idle().hook("poststart", "/bin/true").write();
        String id = box.newId();
        String directory = bundle.directory().toString();
        assertThat(minirt.strangersToBrief("--version")).isEmpty();
        minirt.cold("run", "--detach", "--bundle", directory, id).execute().succeeded();
        assertThat(minirt.strangersToBrief("pause", id)).isEmpty();
        assertThat(minirt.strangersToBrief("state", id)).isEmpty();
        assertThat(minirt.strangersToBrief("resume", id)).isEmpty();
        assertThat(minirt.strangersToBrief("kill", "--all", id, "CONT")).isEmpty();
        assertThat(minirt.strangersToBrief("delete", "--force", id)).isEmpty();
        assertThat(minirt.strangersToBrief("delete", "--force", id)).isEmpty();

        Bundle ending = box.bundle().shell("true").write();
        // The last JVM of a run is that of the delete after it.
        assertThat(minirt.strangersToBrief("run", "--bundle", ending.directory().toString(), id))
                .isEmpty();

        minirt.cold("create", "--bundle", directory, id).execute().succeeded();
        String log = box.directory().resolve("log").toString();
        assertThat(minirt.strangersToBrief("--log", log, "--log-format", "json", "--debug", "start", id))
                .isEmpty();
        assertThat(minirt.strangersToBrief("kill", "--all", id, "KILL")).isEmpty();
        boolean stopped = Processes.await(
                Duration.ofSeconds(5),
                () -> minirt.cold("state", id).execute().succeeded().stdout().contains("\"stopped\""));
        assertThat(stopped).isTrue();
        assertThat(minirt.strangersToBrief("delete", id)).isEmpty();
        box.nothingLeft();
    }

    /** Who has no systemd make his cgroups does not pay for the conversation with it. */
    @Test
    @Covers("C3")
    void nothingOfDBusIsLoadedWithoutSystemd(Sandbox box) throws IOException, InterruptedException {
        Logging minirt = Logging.make(box);
        Bundle bundle = box.bundle().idle().write();
        String id = box.newId();
        assertThat(minirt.ofDBus("create", "--bundle", bundle.directory().toString(), id))
                .isEmpty();
        assertThat(minirt.ofDBus("state", id)).isEmpty();
        assertThat(minirt.ofDBus("start", id)).isEmpty();
        assertThat(minirt.ofDBus("update", "--cpu-share", "0", id)).isEmpty();
        assertThat(minirt.ofDBus("kill", id, "KILL")).isEmpty();
        assertThat(minirt.ofDBus("delete", "--force", id)).isEmpty();

        // The same eyes see it where it is: here with a systemd that hangs up.
        Path directory = Files.createDirectories(box.directory().resolve("user/systemd"));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory.resolve("private")));
            Thread systemd = Thread.ofPlatform().daemon().start(() -> {
                try {
                    socket.accept().close();
                } catch (IOException e) {
                    // Then create has said something else, which is looked at.
                }
            });
            minirt.cold(
                            "--systemd-cgroup",
                            "--rootless=true",
                            "create",
                            "--bundle",
                            bundle.directory().toString(),
                            id)
                    .with("XDG_RUNTIME_DIR", box.directory().resolve("user").toString())
                    .execute()
                    .failed("talk to systemd at " + directory.resolve("private"));
            systemd.join();
        }
        assertThat(minirt.ofDBus()).isNotEmpty();
        box.nothingLeft();
    }
}
