package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a command without a server loads: real commands find their classes in the AOT cache. Those that come from elsewhere are what makes a cold start slow
 * without anybody noticing.
 */
@Conformance
class ColdStartTest {
    /** Another kernel may lead a few steps off the way that training went. */
    private static final int A_HANDFUL = 5;

    private static final String FROM_CACHE = "source: shared objects file";

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
                for (String part : List.of("jvm", "minirt.jar", "minirt.aot", "native")) {
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

        /** Runs a command and returns what it loads from elsewhere than the cache. */
        List<String> strangers(String... words) {
            List<String> command = new ArrayList<>(
                    List.of(binary.toString(), "--root", box.stateRoot().toString()));
            command.addAll(List.of(words));
            Outcome outcome = box.host(command.toArray(String[]::new))
                    .with("MINIRT_COLD", "1")
                    .execute();
            outcome.succeeded();
            List<String> loaded = Sandbox.read(log)
                    .lines()
                    .filter(line -> line.contains(" source: "))
                    .toList();
            assertThat(loaded).as("classes from the cache").anyMatch(line -> line.contains(FROM_CACHE));
            return loaded.stream().filter(line -> !line.contains(FROM_CACHE)).toList();
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
        assertThat(minirt.strangers("create", "--bundle", directory, id)).hasSizeLessThanOrEqualTo(A_HANDFUL);
        assertThat(minirt.strangers("state", id)).isEmpty();
        assertThat(minirt.strangers("start", id)).isEmpty();
        assertThat(minirt.strangers("exec", id, "/bin/true")).hasSizeLessThanOrEqualTo(A_HANDFUL);
        assertThat(minirt.strangers("list")).isEmpty();
        assertThat(minirt.strangers("kill", id, "KILL")).isEmpty();
        assertThat(minirt.strangers("delete", "--force", id)).hasSizeLessThanOrEqualTo(A_HANDFUL);
    }
}
