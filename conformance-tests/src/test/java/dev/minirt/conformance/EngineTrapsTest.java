package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What podman, containerd, docker, buildah and CRI-O rely on without any specification saying so. */
@Conformance
class EngineTrapsTest {
    @Test
    @Covers("trap 1")
    void deletesAnUnknownContainerByForceInSilence(Sandbox box) {
        Outcome outcome = box.runtime("delete", "--force", "unknown").execute().succeeded();
        assertThat(outcome.stdout()).isEmpty();
        box.runtime("delete", "-f", "unknown").execute().succeeded();
    }

    @Test
    @Covers("trap 1")
    void deletesByForceTwice(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        container.delete().succeeded();
        container.deleteForcibly().succeeded();
    }

    @Test
    @Covers({"trap 4", "R10"})
    void keepsBytesThatAreNotAscii(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().shell("pwd; echo *; echo $X").env("X=日本").writable();
        bundle.set("/process/cwd", "/мир");
        Sandbox.write(bundle.rootfs("мир", "файл"), "");
        Path renamed = box.directory().resolve("bündel");
        bundle.write();
        Files.move(bundle.directory(), renamed);
        Outcome outcome = box.runtime("run", "--bundle", renamed.toString(), box.newId())
                .withoutEnvironment()
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("/мир\nфайл\n日本\n");
    }

    @Test
    @Covers("trap 9")
    void needsNoBundleForKillStateAndDelete(Sandbox box) {
        Container container = box.start(box.bundle().idle());
        // A caller whose mount namespace has neither bundle nor rootfs.
        String script = "mount -t tmpfs none " + box.directory() + "/bundle1 && exec \"$@\"";
        for (List<String> command : List.of(
                List.of("state", container.id()),
                List.of("kill", container.id(), "KILL"),
                List.of("delete", "-f", container.id()))) {
            box.runtime(command.toArray(String[]::new))
                    .within("unshare", "--mount", "sh", "-c", script, "sh")
                    .execute()
                    .succeeded();
        }
        box.nothingLeft();
    }

    @ParameterizedTest
    @Covers("trap 10")
    @CsvSource({"--bundle, ' '", "--bundle, =", "-b, ' '", "-bundle, ' '", "-bundle, =", "-b, ="})
    @Deviates(runtime = Flavour.CRUN, cases = "\"-bundle\"", reason = "GNU option parser", skip = true)
    void knowsFlagsInEverySpelling(String flag, String separator, Sandbox box) {
        Bundle bundle = box.bundle().args("echo", "ok").write();
        String value = bundle.directory().toString();
        Invocation run = separator.equals("=")
                ? box.runtime("run", flag + "=" + value, box.newId())
                : box.runtime("run", flag, value, box.newId());
        assertThat(run.execute().succeeded().stdout()).isEqualTo("ok\n");
    }

    @ParameterizedTest
    @Covers("trap 10")
    @ValueSource(
            strings = {
                "--root=ROOT",
                "-root=ROOT",
                "--root=/nonexistent --root=ROOT",
                "--debug=false --root ROOT",
                "--log-format=json --log /dev/null --root ROOT",
                "--rootless=false --root ROOT",
                "--rootless=auto --root ROOT"
            })
    void takesGlobalFlagsBeforeTheCommand(String flags, Sandbox box) {
        Container container = box.create(box.bundle().idle());
        String[] words =
                (flags.replace("ROOT", box.stateRoot().toString()) + " state " + container.id()).split(" ", -1);
        assertThat(box.bareRuntime(words)
                        .execute()
                        .succeeded()
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("created");
    }

    @Test
    @Covers("trap 10")
    void acceptsFlagsThatChangeNothingHere(Sandbox box) {
        String id = box.newId();
        Bundle bundle = box.bundle().idle();
        Container container = box.created(id, box.creating(bundle, id, "--no-new-keyring", "--preserve-fds=0"));
        assertThat(container.status()).isEqualTo("created");
    }

    @ParameterizedTest
    @Covers({"trap 13", "P6"})
    @CsvSource({
        "nosuch, executable file not found in $PATH",
        "/nope, no such file or directory",
        "/etc/passwd, permission denied",
        "./nope, no such file or directory",
        "/etc/passwd/x, not a directory"
    })
    void findsAMissingProgramAtCreate(String program, String words, Sandbox box) {
        Outcome outcome = box.createFails(box.bundle().args(program, "argument"));
        assertThat(outcome.stderr()).contains(words).contains(program);
    }

    @Test
    @Covers({"trap 13", "P6"})
    @Deviates(runtime = Flavour.RUNC, reason = "permission denied, as built with Go 1.19")
    void findsADirectoryAsProgramAtCreate(Sandbox box) {
        assertThat(box.createFails(box.bundle().args("/etc")).stderr()).contains("is a directory");
    }

    @Test
    @Covers("trap 13")
    void saysWhatIsNoExecutable(Sandbox box) {
        Bundle bundle = box.bundle().args("/opt/not-a-program");
        Path file = Sandbox.write(bundle.rootfs("opt", "not-a-program"), "just text without an interpreter line\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        // Only execve knows: it is start (or run) that must say so.
        Container container = box.create(bundle);
        Outcome start = container.tryStart();
        if (box.runtime().isMinirt()) {
            assertThat(start.failed("exec format error").code()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @Covers({"S3", "CVE-2024-21626"})
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 10, 12, 20})
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "vulnerable up to 1.1.11; whether an attempt gets out depends on numbers",
            skip = true)
    void refusesADescriptorAsWorkingDirectory(int descriptor, Sandbox box) {
        Bundle bundle = box.bundle().set("/process/cwd", "/proc/self/fd/" + descriptor);
        List<String> before = Sandbox.list(bundle.write().rootfs());
        Outcome outcome = box.creating(bundle, box.newId())
                .within("sh", "-c", "exec 3</ 4</ 5</ 6</ 7</ 8</ 9</; exec \"$@\"", "sh")
                .execute();
        box.refused(outcome, "cwd");
        assertThat(Sandbox.list(bundle.rootfs())).as("nothing is made").isEqualTo(before);
    }

    @Test
    @Covers({"S3", "CVE-2024-21626"})
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "vulnerable up to 1.1.11; whether an attempt gets out depends on numbers",
            skip = true)
    void refusesALinkToADescriptorAsWorkingDirectory(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().set("/process/cwd", "/link");
        Files.createSymbolicLink(bundle.rootfs("link"), Path.of("/proc/self/fd/7"));
        List<String> before = Sandbox.list(bundle.rootfs());
        Outcome outcome = box.creating(bundle, box.newId())
                .within("sh", "-c", "exec 7</; exec \"$@\"", "sh")
                .execute();
        box.refused(outcome, "cwd");
        assertThat(Sandbox.list(bundle.rootfs())).as("nothing is made").isEqualTo(before);
    }

    @Test
    @Covers("trap version")
    void printsItsVersionAsRuncDoes(Sandbox box) {
        for (String flag : List.of("--version", "-v")) {
            List<String> lines =
                    box.bareRuntime(flag).execute().succeeded().stdout().lines().toList();
            assertThat(lines.getFirst()).matches("(minirt|runc|crun) version \\S+");
            assertThat(lines.subList(1, lines.size()))
                    .as("docker info takes the last line with the word version")
                    .noneMatch(line -> line.contains("version"))
                    .anyMatch(line -> line.matches("spec: \\d+\\.\\d+\\.\\d+.*"));
        }
        assertThat(box.bareRuntime("--version").execute().stdout()).contains("\ncommit: ");
    }

    @Test
    @Covers("trap state")
    void tellsWhatEnginesReadFromState(Sandbox box) {
        Bundle bundle = box.bundle().idle();
        Container container = box.create(bundle);
        JsonNode state = container.state();
        assertThat(OffsetDateTime.parse(state.path("created").asString())).isNotNull();
        assertThat(state.path("rootfs").asString()).isEqualTo(bundle.rootfs().toString());
        assertThat(state.path("owner").isString()).isTrue();
    }

    @Test
    @Covers("trap list")
    void listsContainers(Sandbox box) {
        assertThat(box.runtime("list", "--quiet").execute().succeeded().stdout())
                .isEmpty();
        assertThat(box.runtime("list", "--format", "json")
                        .execute()
                        .succeeded()
                        .stdout()
                        .strip())
                .isIn("null", "[]");
        assertThat(box.runtime("list").execute().succeeded().stdout().strip())
                .matches("ID\\s+PID\\s+STATUS\\s+BUNDLE\\s+CREATED\\s+OWNER");
        Bundle bundle = box.bundle().idle();
        Container first = box.start(bundle);
        Container second = box.create(box.bundle().idle());
        assertThat(box.runtime("list", "-q").execute().succeeded().stdout().lines())
                .containsExactlyInAnyOrder(first.id(), second.id());
        String table = box.runtime("list").execute().succeeded().stdout();
        assertThat(table.lines()).hasSize(3);
        assertThat(table).containsPattern(first.id() + "\\s+" + first.pid() + "\\s+running\\s+" + bundle.directory());
        JsonNode json = box.runtime("list", "-f", "json").execute().succeeded().json();
        assertThat(json.size()).isEqualTo(2);
        assertThat(json.get(0).propertyNames())
                .contains("ociVersion", "id", "pid", "status", "bundle", "created", "owner", "rootfs");
    }

    @Test
    @Covers({"trap list", "K11"})
    void listsOthersWhenAStateFileIsBroken(Sandbox box) throws IOException {
        Container good = box.create(box.bundle().idle());
        Path garbage = box.stateRoot().resolve("garbage");
        Sandbox.write(garbage.resolve("state.json"), "{\"truncated");
        Outcome list = box.runtime("list", "--quiet").execute();
        assertThat(list.code()).as(list.toString()).isZero();
        assertThat(list.stdout()).contains(good.id());
        box.runtime("delete", "--force", "garbage").execute();
        if (Files.exists(garbage)) {
            Files.deleteIfExists(garbage.resolve("state.json"));
            Files.delete(garbage);
            assertThat(box.runtime().isMinirt())
                    .as("delete --force removes a broken state")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @Covers("trap help")
    @ValueSource(strings = {"--help", "create --help", "start --help", "run --help", "delete --help", "kill -h"})
    void helps(String words, Sandbox box) {
        Outcome outcome = box.bareRuntime(words.split(" ", -1)).execute().succeeded();
        assertThat(outcome.stdout()).containsIgnoringCase("usage");
    }

    @Test
    @Covers("trap help")
    void refusesUnknownCommandsAndFlags(Sandbox box) {
        assertThat(box.runtime("frobnicate").execute().code()).isNotZero();
        assertThat(box.runtime("state", "--frobnicate", "x").execute().code()).isNotZero();
        assertThat(box.runtime("--frobnicate", "list").execute().code()).isNotZero();
        assertThat(box.runtime("checkpoint", "--help").execute().code() == 0)
                .as("podman takes success for support of checkpoints")
                .isEqualTo(!box.runtime().isMinirt());
    }
}
