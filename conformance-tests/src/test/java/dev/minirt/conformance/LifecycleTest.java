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
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** State, and the operations create, start, kill and delete. */
@Conformance
class LifecycleTest {
    @Test
    @Covers({"L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10"})
    void goesThroughTheWholeLife(Sandbox box) {
        Bundle bundle = box.bundle().idle();
        Container container = box.create(bundle);
        JsonNode created = container.state();
        assertThat(created.path("ociVersion").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(created.path("id").asString()).isEqualTo(container.id());
        assertThat(created.path("status").asString()).isEqualTo("created");
        assertThat(created.path("bundle").asString())
                .isEqualTo(bundle.directory().toString());
        assertThat(Processes.isAlive(created.path("pid").asLong())).isTrue();
        container.start();
        JsonNode running = container.state();
        assertThat(running.path("status").asString()).isEqualTo("running");
        assertThat(running.path("pid").asLong()).isEqualTo(container.pid());
        container.awaitOutput("ready").kill("TERM").succeeded();
        container.awaitExit();
        JsonNode stopped = container.state();
        assertThat(stopped.path("status").asString()).isEqualTo("stopped");
        assertThat(stopped.path("pid").asLong(0)).isZero();
        container.delete().succeeded();
        box.runtime("state", container.id()).execute().failed("does not exist");
        box.nothingLeft();
    }

    @Test
    @Covers({"L3", "L5"})
    void printsTheStateAsOneJsonDocument(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        JsonNode state = container.state();
        assertThat(state.propertyNames()).contains("ociVersion", "id", "status", "pid", "bundle");
        assertThat(state.path("annotations").isMissingNode()
                        || state.path("annotations").isEmpty())
                .as("no annotations when none are configured")
                .isTrue();
    }

    @Test
    @Covers("L7")
    void doesNotRunTheProgramBeforeStart(Sandbox box) {
        Container container = box.create(box.bundle().shell("echo ran"));
        Processes.pause(Duration.ofMillis(300));
        assertThat(container.stdout()).isEmpty();
        container.start().awaitExit();
        assertThat(container.stdout()).isEqualTo("ran\n");
    }

    @Test
    @Covers("L7")
    void appliesTheConfigurationBeforeStart(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        long self = ProcessHandle.current().pid();
        for (String namespace : new String[] {"mnt", "net", "uts", "ipc", "pid"}) {
            assertThat(Processes.link(container.pid(), "ns/" + namespace))
                    .isNotEqualTo(Processes.link(self, "ns/" + namespace));
        }
        assertThat(Processes.proc(container.pid(), "mountinfo")).contains(" /dev/shm ");
    }

    @Test
    @Covers("L2")
    void refusesAnIdInUse(Sandbox box) {
        Container first = box.start(box.bundle().idle());
        Outcome outcome = box.creating(box.bundle().idle(), first.id()).execute();
        outcome.failed("already exists");
        assertThat(first.status()).isEqualTo("running");
        assertThat(Processes.isAlive(first.pid())).isTrue();
    }

    @ParameterizedTest
    @Covers("L2")
    @ValueSource(strings = {"a", "A.b_c+d-e", "_x", "+", "9", "a..b", ".x"})
    void acceptsIds(String id, Sandbox box) {
        Invocation create = box.creating(box.bundle().idle(), id);
        box.created(id, create).start().destroy();
    }

    @ParameterizedTest
    @Covers({"L2", "C12"})
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "../x", "a b", "ä", "a\nb", "a@b", "a:b", "%2e%2e"})
    void refusesIds(String id, Sandbox box) {
        box.refused(box.creating(box.bundle(), id).execute());
        assertThat(box.runtime("state", id).execute().code()).isEqualTo(1);
        assertThat(box.runtime("kill", id).execute().code()).isEqualTo(1);
        assertThat(box.runtime("start", id).execute().code()).isEqualTo(1);
        assertThat(box.runtime("delete", id).execute().code()).isEqualTo(1);
        box.nothingLeft();
    }

    @Test
    @Covers({"L2", "C12"})
    void answersAnOverlongId(Sandbox box) {
        String id = "x".repeat(300);
        box.refused(box.creating(box.bundle(), id).execute());
    }

    @Test
    @Covers("C12")
    void neverDeletesOutsideOfItsRoot(Sandbox box) {
        box.runtime("delete", "--force", "../canary").execute();
        box.runtime("delete", "--force", box.canary().toString()).execute();
        box.nothingLeft();
    }

    @ParameterizedTest
    @Covers({"L6", "L8", "L9", "L10"})
    @ValueSource(strings = {"state", "start", "kill", "delete"})
    void refusesAnUnknownId(String command, Sandbox box) {
        box.refused(box.runtime(command, "unknown").execute(), "does not exist");
    }

    @ParameterizedTest
    @Covers({"L6", "L7"})
    @ValueSource(strings = {"state", "create", "start", "kill", "delete", "run"})
    void refusesAMissingId(String command, Sandbox box) {
        assertThat(box.runtime(command).execute().code()).isNotZero();
        box.nothingLeft();
    }

    @Test
    @Covers("L8")
    void refusesToStartTwice(Sandbox box) {
        Container container = box.start(box.bundle().idle());
        container.tryStart().failed("cannot start");
        assertThat(container.status()).isEqualTo("running");
    }

    @Test
    @Covers("L8")
    void refusesToStartAStoppedContainer(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        container.tryStart().failed("cannot start");
        assertThat(container.status()).isEqualTo("stopped");
    }

    @Test
    @Covers({"L3", "L8", "2.6"})
    void refusesToStartWhenInitHasDied(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        container.kill("KILL").succeeded();
        container.awaitExit();
        assertThat(container.status()).isEqualTo("stopped");
        container.tryStart().failed("cannot start");
        container.delete().succeeded();
    }

    @Test
    @Covers("L3")
    void countsAZombieAsStopped(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitDeath();
        assertThat(Processes.entry(container.pid())).isPresent();
        assertThat(container.status()).isEqualTo("stopped");
        container.delete().succeeded();
        Processes.reapOrphans();
    }

    @ParameterizedTest
    @Covers("L9")
    @ValueSource(strings = {"TERM", "SIGTERM", "15", "term", "sigterm", "SigTerm"})
    void knowsSignalsByAllNames(String signal, Sandbox box) {
        Container container = box.start(box.bundle().idle()).awaitOutput("ready");
        container.kill(signal).succeeded();
        container.awaitExit();
    }

    @Test
    @Covers("L9")
    void sendsTermByDefault(Sandbox box) {
        Container container = box.start(box.bundle().idle()).awaitOutput("ready");
        box.runtime("kill", container.id()).execute().succeeded();
        container.awaitExit();
    }

    @ParameterizedTest
    @Covers("L9")
    @ValueSource(strings = {"HUP", "USR1", "12", "WINCH", "CONT", "SIGINT"})
    void deliversTheSignalAskedFor(String signal, Sandbox box) {
        String all = "for s in HUP USR1 USR2 WINCH CONT INT; do trap \"echo got $s\" $s; done;";
        Container container = box.start(box.bundle().shell(all + " echo ready; while :; do sleep 0.02; done"));
        container.awaitOutput("ready");
        container.kill(signal).succeeded();
        String name = signal.equals("12") ? "USR2" : signal.replace("SIG", "");
        container.awaitOutput("got " + name + "\n");
        assertThat(container.status()).isEqualTo("running");
    }

    @Test
    @Covers("L9")
    @Deviates(runtime = Flavour.RUNC, reason = "real-time signals are known by number only")
    void knowsRealTimeSignalsByName(Sandbox box) {
        Container container = box.start(box.bundle().args("sleep", "1000"));
        container.kill("RTMIN+1").succeeded();
        container.kill("SIGRTMAX").succeeded();
    }

    @Test
    @Covers("L9")
    void knowsRealTimeSignalsByNumber(Sandbox box) {
        Container container = box.start(box.bundle().args("sleep", "1000"));
        container.kill("35").succeeded();
        assertThat(container.status()).isEqualTo("running");
    }

    @Test
    @Covers({"L9", "D9"})
    void staysRunningWhenTheSignalIsIgnored(Sandbox box) {
        Container container = box.start(box.bundle().shell("trap '' TERM; echo ready; while :; do sleep 0.1; done"));
        container.awaitOutput("ready");
        container.kill("TERM").succeeded();
        assertThat(container.status()).isEqualTo("running");
    }

    @ParameterizedTest
    @Covers("L9")
    @ValueSource(strings = {"NOSUCH", "SIG", "SIGNOSUCH", "99", "65", "15x", "0x9", "1 5", "SIGSIGTERM"})
    @Deviates(runtime = Flavour.RUNC, cases = "SIG\"", reason = "accepted as no signal", skip = true)
    void refusesSignalsThatAreNone(String signal, Sandbox box) {
        Container container = box.start(box.bundle().idle());
        container.kill(signal).failed();
        assertThat(container.status()).isEqualTo("running");
    }

    @Test
    @Covers("L9")
    void probesWithSignalZero(Sandbox box) {
        Container container = box.start(box.bundle().idle());
        container.kill("0").succeeded();
        assertThat(container.status()).isEqualTo("running");
    }

    @Test
    @Covers("L9")
    void killsACreatedContainer(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        container.kill("KILL").succeeded();
        container.awaitExit();
        assertThat(container.status()).isEqualTo("stopped");
        container.delete().succeeded();
    }

    @Test
    @Covers({"L9", "trap kill"})
    void refusesToKillAStoppedContainer(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        container.kill("TERM").failed("container not running");
        container.kill("KILL").failed("container not running");
    }

    @Test
    @Covers("L10")
    void refusesToDeleteARunningContainer(Sandbox box) {
        Container container = box.start(box.bundle().idle());
        container.delete().failed("not stopped");
        assertThat(container.status()).isEqualTo("running");
        assertThat(Processes.isAlive(container.pid())).isTrue();
    }

    @Test
    @Covers("L10")
    @Deviates(runtime = Flavour.RUNC, reason = "a created container is killed and deleted")
    @Deviates(runtime = Flavour.CRUN, reason = "a created container is killed and deleted")
    void refusesToDeleteACreatedContainer(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        container.delete().failed("not stopped");
        assertThat(container.status()).isEqualTo("created");
        container.start();
        assertThat(container.status()).isEqualTo("running");
    }

    @ParameterizedTest
    @Covers({"L10", "trap 1"})
    @ValueSource(booleans = {true, false})
    void deletesByForceWhateverTheStatus(boolean started, Sandbox box) {
        Container container = started
                ? box.start(box.bundle().shell("trap '' TERM; while :; do sleep 1; done"))
                : box.create(box.bundle().idle());
        container.deleteForcibly().succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers("L11")
    void letsAnIdBeUsedAgain(Sandbox box) {
        String id = box.newId();
        for (int i = 0; i < 3; i++) {
            Container container = box.created(id, box.creating(box.bundle().shell("echo again"), id));
            container.start().awaitExit();
            assertThat(container.stdout()).isEqualTo("again\n");
            container.delete().succeeded();
        }
    }

    @Test
    @Covers("L11")
    void leavesOtherContainersAlone(Sandbox box) {
        Container first = box.start(box.bundle().idle());
        Container second = box.start(box.bundle().idle());
        second.destroy();
        assertThat(first.status()).isEqualTo("running");
        assertThat(Processes.isAlive(first.pid())).isTrue();
    }

    @Test
    @Covers("L11")
    void leavesJoinedNamespacesAlone(Sandbox box) {
        Container first = box.start(box.bundle().idle());
        Bundle joining = box.bundle().idle().remove("/hostname");
        for (String type : new String[] {"network", "ipc", "uts"}) {
            String file = type.equals("network") ? "net" : type;
            joining.namespace(type, "/proc/" + first.pid() + "/ns/" + file);
        }
        box.start(joining).destroy();
        assertThat(first.status()).isEqualTo("running");
    }

    @Test
    @Covers({"K12", "L4"})
    void neverTouchesAStrangerThatGotThePid(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        long stranger = startWithPid(box, container.pid());
        assertThat(container.status()).isEqualTo("stopped");
        container.kill("KILL").failed();
        container.deleteForcibly().succeeded();
        assertThat(Processes.isAlive(stranger)).isTrue();
    }

    /** Starts a process with a pid that is free, by telling the kernel which one was last. */
    private static long startWithPid(Sandbox box, long pid) {
        for (int attempt = 0; attempt < 50; attempt++) {
            Process process = box.helper(
                    "bash", "-c", "echo " + (pid - 1) + " > /proc/sys/kernel/ns_last_pid; sleep 1000 & echo $!; wait");
            boolean found = Processes.await(
                    Duration.ofMillis(500),
                    () -> Processes.entry(pid)
                            .filter(entry -> entry.parent() == process.pid())
                            .isPresent());
            if (found) {
                return pid;
            }
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        box.needs(false, "a pid that can be had again");
        return 0;
    }

    @Test
    @Covers("J1")
    void runsDetached(Sandbox box) {
        String id = box.newId();
        Invocation run = box.running(box.bundle().idle(), id, "--detach");
        run.execute().succeeded();
        Container container = box.container(id, run);
        assertThat(container.status()).isEqualTo("running");
        container.destroy();
    }

    @Test
    @Covers("J1")
    void keepsTheContainerAfterARun(Sandbox box) {
        String id = box.newId();
        Outcome outcome =
                box.running(box.bundle().shell("exit 7"), id, "--keep").execute();
        assertThat(outcome.code()).isEqualTo(7);
        assertThat(box.state(id).path("status").asString()).isEqualTo("stopped");
        box.runtime("delete", id).execute().succeeded();
    }

    @Test
    @Covers("J1")
    void leavesNothingAfterARun(Sandbox box) {
        assertThat(box.run(box.bundle().shell("exit 7")).code()).isEqualTo(7);
        box.nothingLeft();
    }

    @ParameterizedTest
    @Covers("J1")
    @ValueSource(strings = {"TERM", "INT", "USR1", "HUP"})
    void forwardsSignalsDuringARun(String signal, Sandbox box) {
        Invocation run = box.running(
                box.bundle().shell("trap 'exit 33' " + signal + "; echo ready; while :; do sleep 0.05; done"),
                box.newId());
        Process process = run.spawn();
        assertThat(Processes.await(Duration.ofSeconds(10), () -> run.stdout().contains("ready")))
                .isTrue();
        box.host("kill", "-" + signal, "" + process.pid()).execute().succeeded();
        assertThat(run.await(process).code()).isEqualTo(33);
        box.nothingLeft();
    }

    @Test
    @Covers({"C29", "D7"})
    void killsOrphansWithoutAPidNamespace(Sandbox box) {
        Bundle bundle = box.bundle().withoutNamespace("pid").shell("sleep 1000 & sleep 1001 & echo ready; exit 0");
        Container container = box.start(bundle).awaitOutput("ready").awaitExit();
        Outcome delete = container.deleteForcibly().succeededPerhapsWithWarnings();
        assertThat(delete.stderr().isEmpty() || !box.runtime().isMinirt())
                .as("no retries shown: %s", delete)
                .isTrue();
        box.nothingLeft();
    }

    @Test
    @Covers("D1")
    void endsAForkBomb(Sandbox box) {
        Bundle bundle =
                box.bundle().shell("i=0; while [ $i -lt 150 ]; do sleep 1000 & i=$((i+1)); done; echo ready; wait");
        Container container = box.start(bundle).awaitOutput("ready");
        container.destroy();
        box.nothingLeft();
    }
}
