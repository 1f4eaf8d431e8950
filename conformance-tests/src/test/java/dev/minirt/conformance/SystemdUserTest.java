package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.NeedsSystemd;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rootless containers in scopes of the systemd of a user, and what happens if that does not answer. */
@Conformance
@NeedsSystemd
class SystemdUserTest {
    /** daemon, which every distribution has and nobody logs in as. */
    private static final String ID = "1";

    private static final Path RUNTIME_DIRECTORY = Path.of("/run/user", ID);
    private static final Path SYSTEMD = Path.of("user.slice", "user-" + ID + ".slice", "user@" + ID + ".service");

    /**
     * A user with a systemd of his own, who is root in a user and a mount namespace, as rootless engines make them. His
     * commands run in a cgroup below that of his systemd, as the kernel wants it.
     */
    private record User(Sandbox box, long namespaces) implements AutoCloseable {
        static User login(Sandbox box) {
            Outcome start =
                    box.host("systemctl", "start", "user@" + ID + ".service").execute();
            boolean answers = start.code() == 0 && Files.exists(RUNTIME_DIRECTORY.resolve("systemd/private"));
            box.needs(answers, "a systemd of user " + ID + ": " + start.stderr().strip());
            String owner = ID + ":" + ID;
            Path callers = callers();
            box.host("mkdir", callers.toString()).execute().succeeded();
            box.host(
                            "chown",
                            owner,
                            callers.toString(),
                            callers.resolve("cgroup.procs").toString())
                    .execute()
                    .succeeded();
            box.host("chown", owner, box.stateRoot().toString()).execute().succeeded();
            String host = Processes.link(ProcessHandle.current().pid(), "ns/mnt");
            long pid = box.helper(own(box, "unshare", "-Urm", "sleep", "1000")).pid();
            assertThat(Processes.await(
                            Duration.ofSeconds(10),
                            () -> Processes.proc(pid, "comm").equals("sleep\n")
                                    && !Processes.link(pid, "ns/mnt").equals(host)))
                    .isTrue();
            return new User(box, pid);
        }

        private static Path callers() {
            return Cgroups.unified().orElseThrow().resolve(SYSTEMD).resolve("minirttest-callers");
        }

        private static Invocation own(Sandbox box, String... command) {
            List<String> words = new ArrayList<>(
                    List.of("sh", "-c", "echo $$ >" + callers() + "/cgroup.procs; exec \"$@\"", "sh", "setpriv"));
            words.addAll(List.of("--reuid", ID, "--regid", ID, "--clear-groups"));
            words.addAll(List.of(command));
            return box.host(words.toArray(String[]::new)).with("XDG_RUNTIME_DIR", RUNTIME_DIRECTORY.toString());
        }

        String property(String unit, String name) {
            return own(box, "systemctl", "--user", "show", "--value", "--property", name, unit)
                    .execute()
                    .stdout()
                    .strip();
        }

        /** The runtime, as root of his namespaces. */
        Invocation runtime(String... args) {
            List<String> words = new ArrayList<>(
                    List.of("nsenter", "--target", "" + namespaces, "--user", "--mount", "--preserve-credentials"));
            words.addAll(List.of(box.runtime(args).command()));
            return own(box, words.toArray(String[]::new));
        }

        Invocation creating(Bundle bundle, String id) {
            bundle.write();
            return runtime(
                    "--systemd-cgroup", "create", "--bundle", bundle.directory().toString(), id);
        }

        void signal(String signal) {
            box.host("systemctl", "kill", "--kill-who=main", "--signal=" + signal, "user@" + ID + ".service")
                    .execute()
                    .succeeded();
        }

        @Override
        public void close() {
            signal("CONT");
            for (String id : Sandbox.list(box.stateRoot())) {
                runtime("delete", "--force", id).execute();
            }
            box.host("systemctl", "stop", "user@" + ID + ".service").execute().succeeded();
            Processes.await(Duration.ofSeconds(10), () -> !Files.exists(RUNTIME_DIRECTORY));
        }
    }

    private static Bundle bundle(Sandbox box) {
        Bundle bundle = box.bundle()
                .set("/linux/cgroupsPath", "minirttest.slice:test:" + box.name())
                .shell("id -u; cat /proc/self/uid_map; echo ready; sleep 1000");
        // The user has one id to give, and it is not that of a group of terminals.
        return bundle.setJson(
                bundle.mountAt("/dev/pts") + "/options", "['nosuid', 'noexec', 'newinstance', 'mode=0620']");
    }

    private static Bundle withUserNamespace(Bundle bundle) {
        return bundle.namespace("user")
                .setJson("/linux/uidMappings", "[{'containerID': 0, 'hostID': 0, 'size': 1}]")
                .setJson("/linux/gidMappings", "[{'containerID': 0, 'hostID': 0, 'size': 1}]");
    }

    private static String unit(Sandbox box) {
        return "test-" + box.name() + ".scope";
    }

    private static Path cgroup(Sandbox box) {
        return Cgroups.unified()
                .orElseThrow()
                .resolve(SYSTEMD)
                .resolve("minirttest.slice")
                .resolve(unit(box));
    }

    private static String file(Sandbox box, String name) {
        return Sandbox.read(cgroup(box).resolve(name)).strip();
    }

    private static Container created(User user, Bundle bundle) {
        String id = user.box().newId();
        return user.box().created(id, user.creating(bundle, id));
    }

    private static void isGone(User user) {
        Sandbox box = user.box();
        assertThat(Processes.await(Duration.ofSeconds(10), () -> !Files.exists(cgroup(box))))
                .as("the cgroup is removed")
                .isTrue();
        assertThat(Sandbox.list(box.stateRoot())).as("states").isEmpty();
        assertThat(Processes.await(
                        Duration.ofSeconds(10),
                        () -> user.property(unit(box), "LoadState").equals("not-found")))
                .as("systemd has forgotten the unit")
                .isTrue();
    }

    /** With a user namespace of its own, as config.json has it, or in the caller's. */
    @ParameterizedTest
    @Covers({"C3", "C9", "C14", "C26", "update"})
    @ValueSource(booleans = {true, false})
    void aRootlessContainerIsAScopeOfTheUsersSystemd(boolean userNamespace, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt: what it lists as systemdUser");
        try (User user = User.login(box)) {
            Bundle bundle = bundle(box)
                    .setJson("/linux/resources/memory", "{'limit': 104857600}")
                    .setJson("/linux/resources/cpu", "{'quota': 20000, 'period': 100000}")
                    .setJson("/linux/resources/pids", "{'limit': 20}");
            Container container = created(user, userNamespace ? withUserNamespace(bundle) : bundle);
            assertThat(Cgroups.directory(container.pid())).isEqualTo(cgroup(box));
            assertThat(file(box, "cgroup.procs")).isEqualTo(Long.toString(container.pid()));
            assertThat(user.property(unit(box), "MemoryMax")).isEqualTo("104857600");
            assertThat(user.property(unit(box), "CPUQuotaPerSecUSec")).isEqualTo("200ms");
            assertThat(user.property(unit(box), "TasksMax")).isEqualTo("20");
            assertThat(file(box, "memory.max")).isEqualTo("104857600");
            assertThat(file(box, "cpu.max")).isEqualTo("20000 100000");
            assertThat(file(box, "pids.max")).isEqualTo("20");

            user.runtime("start", container.id()).execute().succeeded();
            container.awaitOutput("ready");
            assertThat(container.stdout()).startsWith("0\n");
            assertThat(Processes.status(container.pid(), "Uid").split("\\s+", -1))
                    .containsOnly(ID);

            user.runtime("update", "--memory", "52428800", "--pids-limit", "33", container.id())
                    .execute()
                    .succeeded();
            assertThat(user.property(unit(box), "MemoryMax")).isEqualTo("52428800");
            assertThat(file(box, "memory.max")).isEqualTo("52428800");
            assertThat(file(box, "pids.max")).isEqualTo("33");

            user.runtime("kill", container.id(), "KILL").execute().succeeded();
            assertThat(Processes.await(Duration.ofSeconds(10), () -> !Processes.isAlive(container.pid())))
                    .isTrue();
            user.runtime("delete", container.id()).execute().succeeded();
            isGone(user);
        }
    }

    /** What the system's systemd does not give to users. */
    @Test
    @Covers({"C3", "C18"})
    void aLimitWhoseControllerTheUserHasNotIsRefused(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt: peers drop such limits");
        try (User user = User.login(box)) {
            String controllers = Sandbox.read(
                    Cgroups.unified().orElseThrow().resolve(SYSTEMD).resolve("cgroup.controllers"));
            box.needs(!controllers.contains("cpuset"), "a user without the controller cpuset");
            user.creating(bundle(box).set("/linux/resources/cpu/cpus", "0"), box.newId())
                    .execute()
                    .failed("/linux/resources/cpu/cpus");
            isGone(user);
        }
    }

    /** A systemd that stands still accepts connections, and says nothing. */
    @Test
    @Covers("C3")
    void createGivesUpOnASystemdThatDoesNotAnswer(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt: peers wait for ever");
        try (User user = User.login(box)) {
            user.signal("STOP");
            long begin = System.nanoTime();
            user.creating(bundle(box), box.newId()).execute().failed("systemd does not answer within 25.0 seconds");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(55));
            assertThat(Sandbox.list(box.stateRoot())).isEmpty();
            user.signal("CONT");
            isGone(user);
        }
    }

    @Test
    @Covers({"C3", "L12"})
    void deleteByForceDoesNotNeedAnAnswer(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt: peers wait for ever");
        try (User user = User.login(box)) {
            Container container = created(user, bundle(box));
            user.signal("STOP");
            long begin = System.nanoTime();
            Outcome delete =
                    user.runtime("delete", "--force", container.id()).execute().succeededPerhapsWithWarnings();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(55));
            assertThat(delete.stderr()).contains("unit " + unit(box) + " is left to systemd");
            assertThat(Processes.isAlive(container.pid())).isFalse();
            assertThat(Sandbox.list(box.stateRoot())).isEmpty();
            user.signal("CONT");
            isGone(user);
        }
    }
}
