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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are killed at any moment, or that compete, leave what {@code delete --force} removes completely. */
@Conformance
class CrashTest {
    private static final int ROUNDS = 30;

    /** How long a create takes here, so that the moments of death cover all of it. */
    private static Duration createTime(Sandbox box) {
        long before = System.nanoTime();
        Container container = box.create(box.bundle().idle());
        Duration taken = Duration.ofNanos(System.nanoTime() - before);
        container.deleteForcibly().succeeded();
        return taken;
    }

    @Test
    @Covers({"K1", "K3"})
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "cgroups of a killed create are not found again (57 of 72 in a measurement)")
    @Deviates(runtime = Flavour.CRUN, reason = "not crash-safe", skip = true)
    void cleansUpBehindAKilledCreate(Sandbox box) {
        long most = createTime(box).toNanos();
        Random random = new Random(42);
        Bundle bundle = box.bundle().idle();
        List<String> leftovers = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            String id = box.newId();
            Sandbox.Started create = box.spawn(box.creating(bundle, id));
            Processes.pause(Duration.ofNanos(random.nextLong(most)));
            create.process().destroyForcibly();
            create.await();
            box.runtime("delete", "--force", id).execute().succeededPerhapsWithWarnings();
            Cgroups.containing(id).forEach(cgroup -> leftovers.add(cgroup.toString()));
        }
        assertThat(leftovers).as("cgroups after delete --force").isEmpty();
        box.nothingLeft();
    }

    @Test
    @Covers("K3")
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "init may outlive a killed create without being in any state",
            skip = true)
    void tellsTheStateOfAKilledCreate(Sandbox box) {
        long most = createTime(box).toNanos();
        Random random = new Random(7);
        Bundle bundle = box.bundle().idle();
        for (int i = 0; i < 10; i++) {
            String id = box.newId();
            Sandbox.Started create = box.spawn(box.creating(bundle, id));
            Processes.pause(Duration.ofNanos(random.nextLong(most)));
            create.process().destroyForcibly();
            create.await();
            Outcome state = box.runtime("state", id).execute();
            if (state.code() == 0) {
                assertThat(state.json().path("status").asString()).isIn("creating", "created", "stopped");
            } else {
                assertThat(state.stderr()).contains("does not exist");
            }
            assertThat(box.runtime("list").execute().code()).isZero();
            box.runtime("delete", "--force", id).execute().succeeded();
        }
        box.nothingLeft();
    }

    @ParameterizedTest
    @Covers("K4")
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    @Deviates(runtime = Flavour.RUNC, reason = "dies of the signal without rolling back", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "dies of the signal without rolling back", skip = true)
    void rollsBackWhenTerminated(String signal, Sandbox box) {
        // A hook says when create is under way, and holds it there.
        Bundle bundle =
                box.bundle().idle().hookScript("createRuntime", "touch " + box.directory() + "/under-way; sleep 20");
        Sandbox.Started create = box.spawn(box.creating(bundle, box.newId()));
        boolean underWay = Processes.await(
                Duration.ofSeconds(10),
                () -> box.directory().resolve("under-way").toFile().exists());
        assertThat(underWay).isTrue();
        box.host("kill", "-" + signal, "" + create.process().pid()).execute().succeeded();
        assertThat(create.await().code()).isIn(1, 128 + 15, 128 + 2, 128 + 1);
        box.nothingLeft();
    }

    @Test
    @Covers("K5")
    @Deviates(runtime = Flavour.RUNC, reason = "init may die with the start that was killed", skip = true)
    void startsOrStaysCreatedWhenStartIsKilled(Sandbox box) {
        Random random = new Random(1);
        long most = createTime(box).toNanos() / 2;
        for (int i = 0; i < 10; i++) {
            Container container = box.create(box.bundle().idle());
            Sandbox.Started start = box.spawn(box.runtime("start", container.id()));
            Processes.pause(Duration.ofNanos(random.nextLong(most)));
            start.process().destroyForcibly();
            start.await();
            String status = container.status();
            assertThat(status).isIn("created", "running");
            if (status.equals("created")) {
                container.start();
                assertThat(container.status()).isEqualTo("running");
            }
            container.deleteForcibly().succeeded();
        }
        box.nothingLeft();
    }

    @Test
    @Covers("K6")
    @Deviates(runtime = Flavour.RUNC, reason = "warns, and sometimes loses the state before the cgroup", skip = true)
    void deletesAgainAfterAKilledDelete(Sandbox box) {
        Random random = new Random(2);
        long most = createTime(box).toNanos() / 2;
        for (int i = 0; i < 10; i++) {
            Container container = box.start(box.bundle().idle());
            Sandbox.Started delete = box.spawn(box.runtime("delete", "--force", container.id()));
            Processes.pause(Duration.ofNanos(random.nextLong(most)));
            delete.process().destroyForcibly();
            delete.await();
            container.deleteForcibly().succeeded();
            box.nothingLeft();
        }
    }

    /** An exec that is killed takes its unfinished process with it, and never the container. */
    @Test
    @Covers({"K5", "exec"})
    @Deviates(runtime = Flavour.RUNC, reason = "may leave a half joined process in the container", skip = true)
    void survivesAKilledExec(Sandbox box) {
        Random random = new Random(3);
        Container container = box.start(box.bundle().idle()).awaitOutput("ready");
        long before = System.nanoTime();
        box.runtime("exec", container.id(), "true").execute().succeeded();
        long most = System.nanoTime() - before;
        for (int i = 0; i < 12; i++) {
            Sandbox.Started exec = box.spawn(box.runtime("exec", container.id(), "sh", "-c", "exit 0"));
            Processes.pause(Duration.ofNanos(random.nextLong(most)));
            exec.process().destroyForcibly();
            exec.await();
        }
        assertThat(container.status()).isEqualTo("running");
        assertThat(box.runtime("exec", container.id(), "echo", "well")
                        .execute()
                        .succeeded()
                        .stdout())
                .isEqualTo("well\n");
        assertThat(Processes.await(Duration.ofSeconds(10), () -> {
                    Processes.reapOrphans();
                    // Init, and the sleep between two looks of its loop.
                    return Sandbox.read(Cgroups.directory(container.pid()).resolve("cgroup.procs"))
                                    .lines()
                                    .count()
                            <= 2;
                }))
                .as("nothing of a killed exec lives")
                .isTrue();
        container.deleteForcibly().succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers("K8")
    void cleansUpBehindAKilledRun(Sandbox box) {
        String id = box.newId();
        Sandbox.Started run = box.spawn(box.running(box.bundle().idle(), id));
        assertThat(Processes.await(
                        Duration.ofSeconds(10), () -> run.invocation().stdout().contains("ready")))
                .isTrue();
        run.process().destroyForcibly();
        run.await();
        box.runtime("delete", "--force", id).execute().succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers("K2")
    void failsWhenInitDiesDuringCreate(Sandbox box) {
        // The hook kills the container's init while create waits for the hook.
        Bundle bundle = box.bundle()
                .idle()
                .hookScript(
                        "createRuntime",
                        "kill -9 $(sed 's/.*\"pid\":[^0-9]*\\([0-9]*\\).*/\\1/' | head -n 1); sleep 0.1");
        box.createFails(bundle);
    }

    @Test
    @Covers("X1")
    @Deviates(runtime = Flavour.RUNC, reason = "no lock between processes: sometimes two creates succeed", skip = true)
    void createsOneOfManyWithTheSameId(Sandbox box) {
        for (int round = 0; round < 3; round++) {
            String id = box.newId();
            List<Sandbox.Started> all = Stream.generate(
                            () -> box.spawn(box.creating(box.bundle().idle(), id)))
                    .limit(8)
                    .toList();
            List<Outcome> outcomes = all.stream().map(Sandbox.Started::await).toList();
            assertThat(outcomes).filteredOn(outcome -> outcome.code() == 0).hasSize(1);
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome.code() != 0)
                    .allMatch(outcome -> outcome.stderr().contains("already exists"));
            assertThat(box.state(id).path("status").asString()).isEqualTo("created");
            box.runtime("delete", "--force", id).execute().succeeded();
            box.nothingLeft();
        }
    }

    @Test
    @Covers("X8")
    @Deviates(runtime = Flavour.RUNC, reason = "no lock between processes", skip = true)
    void startsOnceWhenStartedTwiceAtTheSameTime(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        List<Sandbox.Started> starts = Stream.generate(() -> box.spawn(box.runtime("start", container.id())))
                .limit(3)
                .toList();
        List<Outcome> outcomes = starts.stream().map(Sandbox.Started::await).toList();
        assertThat(outcomes).filteredOn(outcome -> outcome.code() == 0).hasSize(1);
        assertThat(container.status()).isEqualTo("running");
    }

    @Test
    @Covers("X2")
    @Deviates(runtime = Flavour.RUNC, reason = "no lock between processes", skip = true)
    void answersCommandsThatCompete(Sandbox box) {
        String id = box.newId();
        Bundle bundle = box.bundle().idle();
        List<Sandbox.Started> all = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            all.add(box.spawn(box.creating(bundle, id)));
            for (String[] command : new String[][] {
                {"start", id}, {"state", id}, {"kill", id, "KILL"}, {"delete", "--force", id}, {"list"}
            }) {
                all.add(box.spawn(box.runtime(command)));
            }
            Processes.pause(Duration.ofMillis(50));
        }
        for (Sandbox.Started one : all) {
            Outcome outcome = one.await();
            assertThat(outcome.code()).as(outcome.toString()).isIn(0, 1);
            assertThat(outcome.stderr()).doesNotContain("Exception").doesNotContain("\tat ");
            assertThat(outcome.stderr().lines().count()).as(outcome.toString()).isLessThanOrEqualTo(1);
        }
        box.runtime("delete", "--force", id).execute().succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers("X3")
    void handlesManyContainersInParallel(Sandbox box) {
        List<Sandbox.Started> all = IntStream.range(0, 12)
                .mapToObj(i -> box.spawn(box.running(box.bundle().shell("echo " + i), box.newId())))
                .toList();
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).await().succeeded().stdout()).isEqualTo(i + "\n");
        }
        box.nothingLeft();
    }

    @Test
    @Covers("L1")
    void leavesNothingAfterManyLives(Sandbox box) {
        Bundle bundle = box.bundle().args("true");
        for (int i = 0; i < 10; i++) {
            box.start(bundle).awaitExit().delete().succeeded();
        }
        box.nothingLeft();
    }
}
