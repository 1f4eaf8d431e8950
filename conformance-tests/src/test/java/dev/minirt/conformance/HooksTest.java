package dev.minirt.conformance;

import static dev.minirt.conformance.harness.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code hooks}: moment, namespace, arguments, state and failures of each kind. */
@Conformance
class HooksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A bundle that has a directory of the host at /shared, where hooks of all kinds leave traces. */
    private static Bundle bundle(Sandbox box) {
        Sandbox.write(box.directory().resolve("shared/log"), "");
        return box.bundle().bind(box.directory().resolve("shared"), "/shared", "bind");
    }

    /** A hook of a kind that runs a script, in which $S is the shared directory. */
    private static Bundle script(Sandbox box, Bundle bundle, String kind, String script) {
        String shared = kind.equals("startContainer") ? "/shared" : box.directory() + "/shared";
        return bundle.hookScript(kind, "S=" + shared + "\n" + script);
    }

    private static String trace(Sandbox box, String file) {
        return Sandbox.read(box.directory().resolve("shared").resolve(file));
    }

    @Test
    @Covers({"H2", "H5", "H6", "H7", "H8", "H9", "H10", "L12"})
    @Deviates(runtime = Flavour.RUNC, reason = "poststart hooks overtake startContainer hooks", skip = true)
    void runsAllKindsInOrder(Sandbox box) {
        Bundle bundle = bundle(box).shell("echo program >> /shared/log; sleep 1");
        for (String kind :
                List.of("poststop", "poststart", "startContainer", "createContainer", "createRuntime", "prestart")) {
            script(box, bundle, kind, "echo " + kind + "-1 >> $S/log");
            script(box, bundle, kind, "echo " + kind + "-2 >> $S/log");
        }
        Container container = box.create(bundle);
        String create = "prestart-1 prestart-2 createRuntime-1 createRuntime-2 createContainer-1 createContainer-2";
        assertThat(trace(box, "log").lines()).containsExactly(create.split(" ", -1));
        container.start();
        assertThat(trace(box, "log").lines().skip(6))
                .as("poststart hooks ran before start returned; they may overtake the program's first words")
                .containsSubsequence("startContainer-1", "startContainer-2", "poststart-1", "poststart-2");
        container.awaitExit();
        assertThat(trace(box, "log").lines().skip(6))
                .containsSubsequence("startContainer-1", "startContainer-2", "program")
                .hasSize(5);
        container.delete().succeeded();
        assertThat(trace(box, "log").lines().skip(11)).containsExactly("poststop-1", "poststop-2");
    }

    @ParameterizedTest
    @Covers("H1")
    @ValueSource(strings = {"bin/true", "true", "", "./x"})
    @Deviates(runtime = Flavour.RUNC, reason = "hooks are not validated")
    void refusesARelativePath(String path, Sandbox box) {
        box.createFails(box.bundle().hook("poststop", path, "x"), "/hooks/poststop/0/path");
    }

    @Test
    @Covers("H2")
    void passesArgumentsIncludingTheZeroth(Sandbox box) {
        Bundle bundle = bundle(box)
                .hook(
                        "createRuntime",
                        "/bin/sh",
                        "another name",
                        "-c",
                        "/usr/bin/tr '\\0' '|' < /proc/$$/cmdline > " + box.directory() + "/shared/args; exit 0",
                        "",
                        "last one");
        box.create(bundle);
        assertThat(trace(box, "args")).startsWith("another name|-c|").endsWith("||last one|");
    }

    @Test
    @Covers("H2")
    void takesThePathAsTheZerothArgumentWhenThereAreNone(Sandbox box) {
        Path program = Sandbox.write(
                box.directory().resolve("hook"),
                "#!/bin/sh\n/usr/bin/tr '\\0' '|' < /proc/$$/cmdline > " + box.directory() + "/shared/args\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Bundle bundle = bundle(box).setJson("/hooks/createRuntime/-", "{'path': '" + program + "'}");
        box.create(bundle);
        assertThat(trace(box, "args")).contains("|" + program + "|");
    }

    @ParameterizedTest
    @Covers({"H3", "S12"})
    @CsvSource({"createRuntime", "poststart", "poststop"})
    void givesExactlyTheConfiguredEnvironment(String kind, Sandbox box) {
        Bundle bundle = bundle(box).idle().env("LD_PRELOAD_OF_THE_IMAGE=1");
        String script = "/bin/cat /proc/$$/environ > " + box.directory() + "/shared/env; exit 0";
        bundle.set(
                "/hooks/" + kind,
                List.of(Json.read(json("{'path': '/bin/sh', 'env': ['A=1', 'B=x y']}")
                        .toString()
                        .replace("\"env\"", "\"args\":[\"sh\",\"-c\",\"" + script + "\"],\"env\""))));
        Container container = box.start(bundle);
        container.destroy();
        assertThat(trace(box, "env")).isEqualTo("A=1\0B=x y\0");
    }

    @Test
    @Covers("H3")
    @Deviates(runtime = Flavour.RUNC, reason = "the hook inherits the environment of runc before 1.2")
    @Deviates(runtime = Flavour.CRUN, reason = "the hook inherits the environment of crun")
    void givesNoEnvironmentWhenNoneIsConfigured(Sandbox box) {
        Bundle bundle = bundle(box)
                .hook(
                        "createRuntime",
                        "/bin/sh",
                        "sh",
                        "-c",
                        "/bin/cat /proc/$$/environ > " + box.directory() + "/shared/env; exit 0");
        box.create(bundle);
        assertThat(trace(box, "env")).isEmpty();
    }

    @ParameterizedTest
    @Covers("S12")
    @ValueSource(strings = {"prestart", "createRuntime", "createContainer", "poststart", "poststop"})
    @Deviates(runtime = Flavour.RUNC, cases = "createContainer", reason = "runs in the container's rootfs")
    void neverRunsAHookInTheRootFileSystem(String kind, Sandbox box) {
        Bundle bundle = bundle(box).idle();
        Container container = box.start(script(box, bundle, kind, "pwd > $S/cwd"));
        container.destroy();
        assertThat(trace(box, "cwd").strip()).isNotEmpty().doesNotContain("rootfs");
    }

    @ParameterizedTest
    @Covers("H4")
    @ValueSource(ints = {0, -1})
    @Deviates(runtime = Flavour.CRUN, reason = "not looked at")
    void refusesATimeoutThatIsNotPositive(int timeout, Sandbox box) {
        box.createFails(
                box.bundle()
                        .setJson(
                                "/hooks/createRuntime/-",
                                "{'path': '/bin/true', 'args': ['true'], 'timeout': " + timeout + "}"),
                "/hooks/createRuntime/0/timeout");
    }

    @ParameterizedTest
    @Covers("H4")
    @ValueSource(strings = {"createRuntime", "createContainer"})
    void abortsAHookAtItsTimeout(String kind, Sandbox box) {
        long before = System.nanoTime();
        box.createFails(
                box.bundle()
                        .setJson(
                                "/hooks/" + kind + "/-",
                                "{'path': '/bin/sleep', 'args': ['sleep', '30'], 'timeout': 1}"),
                kind);
        assertThat(System.nanoTime() - before).isBetween(900_000_000L, 10_000_000_000L);
    }

    @Test
    @Covers("H4")
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "only the hook itself is killed, and what holds its output waited for",
            skip = true)
    void abortsAHooksChildrenAtItsTimeout(Sandbox box) {
        Bundle bundle = box.bundle().hookScript("createRuntime", "sleep 30 & sleep 30; true");
        box.createFails(bundle.set("/hooks/createRuntime/0/timeout", 1), "createRuntime");
    }

    @ParameterizedTest
    @Covers({"H11", "H12"})
    @CsvSource({
        "prestart, creating, outer", "createRuntime, creating, outer", "createContainer, creating, inner",
        "startContainer, created, inner", "poststart, running, outer", "poststop, stopped, none"
    })
    @Deviates(runtime = Flavour.RUNC, cases = "poststart", reason = "status is created in poststart")
    void writesTheStateToStandardInput(String kind, String status, String pid, Sandbox box) {
        Bundle bundle = bundle(box).idle().setJson("/annotations", "{'com.example.a': 'b'}");
        Container container = box.start(script(box, bundle, kind, "cat > $S/state"));
        container.destroy();
        JsonNode state = Json.read(trace(box, "state"));
        assertThat(state.path("id").asString()).isEqualTo(container.id());
        assertThat(state.path("status").asString()).isEqualTo(status);
        assertThat(state.path("bundle").asString()).isEqualTo(bundle.directory().toString());
        assertThat(state.path("annotations").path("com.example.a").asString()).isEqualTo("b");
        assertThat(state.path("ociVersion").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(state.path("pid").asLong(0))
                .isEqualTo(
                        switch (pid) {
                            case "outer" -> container.pid();
                            case "inner" -> 1;
                            default -> 0;
                        });
    }

    @Test
    @Covers("H11")
    void doesNotMindAHookThatDoesNotReadItsInput(Sandbox box) {
        Bundle bundle = box.bundle()
                .idle()
                .set("/annotations/com.example.large", "x".repeat(300_000))
                .hook("createRuntime", "/bin/true", "true")
                .hook("createContainer", "/bin/true", "true")
                .hook("startContainer", "/bin/true", "true")
                .hook("poststart", "/bin/true", "true")
                .hook("poststop", "/bin/true", "true");
        box.start(bundle).destroy();
    }

    @ParameterizedTest
    @Covers({"H5", "H6", "H9", "H10"})
    @ValueSource(strings = {"prestart", "createRuntime", "poststart", "poststop"})
    void runsInTheRuntimesNamespaces(String kind, Sandbox box) {
        Bundle bundle = bundle(box).idle();
        Container container = box.start(
                script(box, bundle, kind, "for n in mnt net uts ipc pid; do readlink /proc/self/ns/$n; done > $S/ns"));
        container.destroy();
        long self = ProcessHandle.current().pid();
        for (String namespace : List.of("mnt", "net", "uts", "ipc", "pid")) {
            assertThat(trace(box, "ns").lines()).contains(Processes.link(self, "ns/" + namespace));
        }
    }

    @Test
    @Covers("H7")
    void runsCreateContainerInTheContainersNamespaces(Sandbox box) {
        // The path is the host's (the script is nowhere in the container), and so is still the root directory.
        Path program = Sandbox.write(
                box.directory().resolve("hook"),
                "#!/bin/sh\nfor n in mnt net uts ipc; do readlink /proc/self/ns/$n; done > " + box.directory()
                        + "/shared/ns\nhostname >> " + box.directory() + "/shared/ns\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Container container = box.create(bundle(box)
                .idle()
                .setJson(
                        "/hooks/createContainer/-",
                        "{'path': '" + program + "', 'env': ['PATH=/usr/bin:/bin'], 'args': ['hook']}"));
        for (String namespace : List.of("mnt", "net", "uts", "ipc")) {
            assertThat(trace(box, "ns").lines()).contains(Processes.link(container.pid(), "ns/" + namespace));
        }
    }

    @Test
    @Covers("H7")
    void showsTheMountsBelowTheRootToCreateContainer(Sandbox box) {
        Bundle bundle = bundle(box).mount("/mnt/made", "tmpfs", "the-mount");
        script(box, bundle, "createContainer", "grep the-mount /proc/self/mountinfo > $S/mounts");
        box.create(bundle);
        assertThat(trace(box, "mounts")).contains("/mnt/made");
    }

    @Test
    @Covers("H8")
    void findsStartContainerInTheContainer(Sandbox box) {
        Bundle bundle = bundle(box).shell("cat /shared/said").hook("startContainer", "/opt/hook", "hook");
        Path program = Sandbox.write(
                bundle.rootfs("opt", "hook"), "#!/bin/sh\necho hook in $(hostname) at $(pwd) > /shared/said\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Container container = box.start(bundle).awaitExit();
        assertThat(container.stdout()).startsWith("hook in conformance at /");
        container.delete().succeeded();
    }

    @ParameterizedTest
    @Covers({"H13", "G5"})
    @ValueSource(strings = {"prestart", "createRuntime", "createContainer"})
    void failsCreateAndRunsPoststopWhenAHookFails(String kind, Sandbox box) {
        Bundle bundle = bundle(box);
        script(box, bundle, kind, "echo first >> $S/log; exit 3");
        script(box, bundle, kind, "echo second >> $S/log");
        script(box, bundle, "poststop", "echo poststop >> $S/log");
        box.createFails(bundle, "/hooks/" + kind + "/0", "3");
        assertThat(trace(box, "log")).isEqualTo("first\npoststop\n");
    }

    @ParameterizedTest
    @Covers("H13")
    @ValueSource(strings = {"createRuntime", "createContainer"})
    void failsCreateWhenAHookDoesNotExist(String kind, Sandbox box) {
        box.createFails(box.bundle().hook(kind, "/nonexistent/hook", "hook"), "/hooks/" + kind + "/0");
    }

    @Test
    @Covers("H13")
    void failsCreateWhenAHookDiesOfASignal(Sandbox box) {
        box.createFails(box.bundle().hookScript("createRuntime", "kill -KILL $$"), "/hooks/createRuntime/0");
    }

    /** The end of init ends its connection to start as the execution of the program does. */
    @Test
    @Covers({"H8", "K5"})
    @Deviates(runtime = Flavour.RUNC, reason = "start returns before the hooks are run", skip = true)
    void doesNotTakeTheEndOfInitForItsProgram(Sandbox box) {
        Bundle bundle = bundle(box).shell("echo program >> /shared/log");
        script(box, bundle, "startContainer", "echo hook >> $S/log; exec sleep 100");
        Container container = box.create(bundle);
        Sandbox.Started start = box.spawn(box.runtime("start", container.id()));
        assertThat(Processes.await(PATIENCE, () -> !trace(box, "log").isEmpty()))
                .isTrue();
        ProcessHandle.of(container.pid()).orElseThrow().destroyForcibly();
        start.await().failed("stopped");
        assertThat(container.status()).isEqualTo("stopped");
        assertThat(trace(box, "log")).isEqualTo("hook\n");
        container.delete().succeeded();
    }

    @Test
    @Covers("H14")
    @Deviates(runtime = Flavour.RUNC, reason = "start has returned 0 by then")
    @Deviates(runtime = Flavour.CRUN, reason = "start has returned 0 by then")
    void failsStartWhenStartContainerFails(Sandbox box) {
        Bundle bundle = bundle(box).shell("echo program >> /shared/log");
        script(box, bundle, "startContainer", "echo hook >> $S/log; exit 4");
        script(box, bundle, "poststop", "echo poststop >> $S/log");
        Container container = box.create(bundle);
        container.tryStart().failed("startContainer");
        assertThat(trace(box, "log")).isEqualTo("hook\npoststop\n");
        box.nothingLeft();
        box.runtime("state", container.id()).execute().failed("does not exist");
    }

    @Test
    @Covers("H15")
    @Deviates(runtime = Flavour.RUNC, reason = "start fails and kills, but the container is not destroyed")
    void failsStartWhenPoststartFails(Sandbox box) {
        Bundle bundle = bundle(box).idle();
        script(box, bundle, "poststart", "echo first >> $S/log; exit 5");
        script(box, bundle, "poststart", "echo second >> $S/log");
        script(box, bundle, "poststop", "echo poststop >> $S/log");
        Container container = box.create(bundle);
        container.tryStart().failed("poststart");
        assertThat(trace(box, "log")).isEqualTo("first\npoststop\n");
        box.nothingLeft();
    }

    @Test
    @Covers("H16")
    @Deviates(runtime = Flavour.RUNC, reason = "delete stops at the first failure and fails")
    void onlyWarnsWhenPoststopFails(Sandbox box) {
        Bundle bundle = bundle(box).args("true");
        script(box, bundle, "poststop", "echo first >> $S/log; exit 6");
        bundle.hook("poststop", "/nonexistent/hook", "hook");
        script(box, bundle, "poststop", "echo third >> $S/log");
        Container container = box.start(bundle).awaitExit();
        Outcome delete = container.delete().succeededPerhapsWithWarnings();
        assertThat(delete.stderr()).contains("poststop");
        assertThat(trace(box, "log")).isEqualTo("first\nthird\n");
        box.nothingLeft();
    }

    @Test
    @Covers("H10")
    void runsPoststopAfterTheContainerIsGone(Sandbox box) {
        Bundle bundle = bundle(box).args("true").set("/linux/cgroupsPath", "/" + box.name() + "/gone");
        script(box, bundle, "poststop", "find /sys/fs/cgroup -type d -name gone > $S/cgroups");
        Container container = box.start(bundle).awaitExit();
        container.delete().succeeded();
        assertThat(trace(box, "cgroups")).isEmpty();
    }

    @Test
    @Covers("H10")
    void runsPoststopOfAForcedDelete(Sandbox box) {
        Bundle bundle = bundle(box).idle();
        script(box, bundle, "poststop", "echo poststop >> $S/log");
        box.start(bundle).deleteForcibly().succeeded();
        assertThat(trace(box, "log")).isEqualTo("poststop\n");
    }

    @Test
    @Covers({"H9", "H10"})
    @Deviates(runtime = Flavour.RUNC, reason = "poststart hooks overtake startContainer hooks", skip = true)
    void runsAllHooksOfARun(Sandbox box) {
        Bundle bundle = bundle(box).args("true");
        for (String kind : List.of("createRuntime", "startContainer", "poststart", "poststop")) {
            script(box, bundle, kind, "echo " + kind + " >> $S/log");
        }
        box.run(bundle).succeeded();
        assertThat(trace(box, "log").lines())
                .containsExactly("createRuntime", "startContainer", "poststart", "poststop");
    }

    @Test
    @Covers("S12")
    @Deviates(runtime = Flavour.RUNC, reason = "createContainer hooks inherit descriptors of init")
    void passesNoDescriptorToHooks(Sandbox box) {
        Bundle bundle = bundle(box);
        script(box, bundle, "createRuntime", "ls /proc/$$/fd > $S/outer");
        script(box, bundle, "createContainer", "ls /proc/self/fd > $S/inner");
        box.create(bundle);
        assertThat(Files.exists(box.directory().resolve("shared/outer"))).isTrue();
        assertThat(trace(box, "outer").lines().map(Integer::parseInt)).allMatch(fd -> fd <= 2 || fd == 10);
        assertThat(trace(box, "inner").lines().map(Integer::parseInt)).allMatch(fd -> fd <= 3);
    }
}
