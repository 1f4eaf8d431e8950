package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad circumstances: limits of the caller, a full disk, reused pids, a container that forks without end. */
@Conformance
class AdversityTest {
    /** Wherever in a create the room runs out, nothing stays behind, and the message says where there is none. */
    @ParameterizedTest
    @Covers("R1")
    @CsvSource({
        "4k,100", "8k,100", "12k,100", "16k,100", "20k,100", "1m,1", "1m,2", "1m,3", "1m,4", "1m,5", "1m,6", "1m,8"
    })
    @Deviates(runtime = Flavour.RUNC, reason = "keeps other files, and leaves cgroups behind", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "keeps other files", skip = true)
    void leavesNothingOnAFullStateRoot(String size, int inodes, Sandbox box) {
        Path root = box.hostMount(
                box.directory().resolve("small"),
                "-t",
                "tmpfs",
                "-o",
                "size=" + size + ",nr_inodes=" + inodes,
                "tmpfs");
        Bundle bundle = box.bundle().idle().write();
        String id = box.newId();
        Outcome create = box.bareRuntime(
                        "--root",
                        root.toString(),
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        id)
                .execute();
        if (create.code() == 0) {
            Outcome start =
                    box.bareRuntime("--root", root.toString(), "start", id).execute();
            assertThat(start.code()).as("%s", start).isIn(0, 1);
            box.bareRuntime("--root", root.toString(), "delete", "--force", id)
                    .execute()
                    .succeeded();
        } else {
            assertThat(create.stderr())
                    .hasLineCount(1)
                    .contains("no space left on device")
                    .containsAnyOf(root.toString(), "state directory");
        }
        assertThat(Sandbox.list(root)).isEmpty();
        box.nothingLeft();
    }

    @ParameterizedTest
    @Covers("R1")
    @CsvSource(
            delimiter = '|',
            value = {
                "ulimit -v 500000 | RLIMIT_AS (ulimit -v) is 500000 KiB",
                "ulimit -f 0      | RLIMIT_FSIZE (ulimit -f) is too low",
                "ulimit -f 2      | RLIMIT_FSIZE (ulimit -f) is too low",
                "ulimit -f 8      | RLIMIT_FSIZE (ulimit -f) is too low",
            })
    @Deviates(runtime = Flavour.RUNC, reason = "needs less, or dies of SIGXFSZ", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "needs less, or dies of SIGXFSZ", skip = true)
    void namesALimitOfTheCallerThatIsTooLow(String limit, String words, Sandbox box) {
        // Standard error is a pipe: it would be a file of that size otherwise.
        Outcome outcome = box.creating(box.bundle().idle(), box.newId())
                .within(
                        "bash",
                        "-c",
                        "exec 3> >(cat >&2); " + limit
                                + "; \"$@\" 2>&3 >/dev/null; code=$?; exec 3>&-; sleep 0.3; exit $code",
                        "bash")
                // What a JVM has not room for a server may have.
                .with("MINIRT_COLD", "1")
                .execute();
        assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.stderr()).hasLineCount(1).contains(words);
        box.nothingLeft();
    }

    /** The pid that a container had may be another process's by now: its start time tells. */
    @Test
    @Covers("K12")
    @Deviates(runtime = Flavour.RUNC, reason = "keeps another state file", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "keeps another state file", skip = true)
    void signalsNoProcessThatHasAPidOfTheContainers(Sandbox box) throws IOException {
        Container container = box.start(box.bundle().idle()).awaitOutput("ready");
        Sandbox.Started other = box.spawn(box.host("sleep", "1000"));
        long bystander = other.process().pid();
        container.kill("KILL").succeeded();
        container.awaitExit();
        Path state = box.stateRoot().resolve(container.id()).resolve("state.json");
        String before = Files.readString(state);
        Files.writeString(state, before.replace("\"pid\":" + container.pid(), "\"pid\":" + bystander));
        assertThat(Files.readString(state)).isNotEqualTo(before);

        assertThat(container.status()).isEqualTo("stopped");
        container.kill("KILL").failed("not running");
        box.runtime("kill", "--all", container.id(), "KILL").execute();
        assertThat(box.runtime("exec", container.id(), "true").execute().code()).isEqualTo(255);
        assertThat(box.runtime("start", container.id()).execute().code()).isEqualTo(1);
        assertThat(box.runtime("pause", container.id()).execute().code()).isEqualTo(1);
        container.deleteForcibly().succeeded();
        assertThat(Processes.isAlive(bystander)).isTrue();
        other.process().destroyForcibly();
        other.await();
        box.nothingLeft();
    }

    /** Bounded here by RLIMIT_NPROC, which spares root: the machine is not what is tested. */
    @ParameterizedTest
    @Covers({"L1", "exec"})
    @ValueSource(strings = {"KILL", "TERM"})
    void endsAContainerThatForksWithoutEnd(String first, Sandbox box) {
        Bundle bundle = box.bundle().idle();
        bundle.setJson("/process/rlimits", "[{'type': 'RLIMIT_NPROC', 'soft': 60, 'hard': 60}]");
        Container container = box.start(bundle).awaitOutput("ready");
        String bomb = "exec 2>/dev/null; i=0; while [ $i -lt 30 ]; do sleep 60 & i=$((i+1)); done; b() { (b | b) & };"
                + " while :; do b; sleep 0.01; done";
        for (int i = 0; i < 3; i++) {
            box.runtime("exec", "--detach", "--user", "54321:54321", container.id(), "sh", "-c", bomb)
                    .execute()
                    .succeeded();
        }
        assertThat(Processes.await(Duration.ofSeconds(10), () -> {
                    Processes.reapOrphans();
                    return Sandbox.read(Cgroups.directory(container.pid()).resolve("cgroup.procs"))
                                    .lines()
                                    .count()
                            > 4;
                }))
                .as("it forks")
                .isTrue();
        assertThat(box.runtime("exec", container.id(), "echo", "well")
                        .execute()
                        .succeeded()
                        .stdout())
                .isEqualTo("well\n");
        // The bomb's own user may get no process any more: then that is said, and nothing hangs.
        Outcome crowded = box.runtime("exec", "--user", "54321:54321", container.id(), "true")
                .execute();
        assertThat(crowded.code()).as("%s", crowded).isIn(0, 255);
        if (first.equals("TERM")) {
            container.kill("TERM").succeeded();
        }
        // What an exec has left detached is ours, and init does not end before we have reaped it: as engines do.
        Sandbox.Started delete = box.spawn(box.runtime("delete", "--force", container.id()));
        Processes.await(Duration.ofSeconds(20), () -> {
            Processes.reapOrphans();
            return !delete.process().isAlive();
        });
        delete.await().succeeded();
        Processes.reapOrphans();
        box.nothingLeft();
    }
}
