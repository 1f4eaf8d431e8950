package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pause and resume, and what the other operations do with a paused container. */
@Conformance
class PauseTest {
    /** Counts as fast as it can into its standard output, as does a child. */
    private static Bundle counting(Sandbox box) {
        return box.bundle().shell("(while :; do echo b; done) & echo ready; while :; do echo a; done");
    }

    private static boolean grows(Container container) {
        long before = container.stdout().length();
        return Processes.await(Duration.ofMillis(500), () -> container.stdout().length() > before);
    }

    @Test
    @Covers({"L3", "pause", "resume"})
    void standsStillUntilItIsResumed(Sandbox box) {
        Container container = box.start(counting(box)).awaitOutput("ready");
        box.runtime("pause", container.id()).execute().succeeded();
        assertThat(container.status()).isEqualTo("paused");
        assertThat(container.state().path("pid").asLong()).isEqualTo(container.pid());
        assertThat(grows(container)).as("goes on while it is paused").isFalse();
        assertThat(box.runtime("list").execute().succeeded().stdout()).contains(" paused ");
        box.runtime("resume", container.id()).execute().succeeded();
        assertThat(container.status()).isEqualTo("running");
        assertThat(grows(container)).as("goes on after it is resumed").isTrue();
    }

    @Test
    @Covers({"L7", "pause", "resume"})
    @Deviates(runtime = Flavour.CRUN, reason = "says created all the time")
    void aCreatedContainerCanBePausedAndStartsAfterIt(Sandbox box) {
        Container container = box.create(box.bundle().args("echo", "ran"));
        box.runtime("pause", container.id()).execute().succeeded();
        assertThat(container.status()).isEqualTo("paused");
        container.tryStart().failed("cannot start a");
        box.runtime("resume", container.id()).execute().succeeded();
        assertThat(container.status()).isEqualTo("created");
        container.start().awaitExit();
        assertThat(container.stdout()).isEqualTo("ran\n");
    }

    @ParameterizedTest
    @Covers({"pause", "resume"})
    @CsvSource(
            delimiter = '|',
            value = {"pause | container not running", "resume | container not paused"})
    @Deviates(runtime = Flavour.CRUN, reason = "in other words than runc")
    void aStoppedContainerIsNeither(String command, String message, Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        box.runtime(command, container.id()).execute().failed(message);
    }

    @Test
    @Covers({"pause", "resume"})
    @Deviates(runtime = Flavour.CRUN, reason = "resume of what runs succeeds")
    void saysWhatIsTheCaseAlready(Sandbox box) {
        Container container = box.start(box.bundle().idle());
        box.runtime("resume", container.id()).execute().failed("container not paused");
        box.runtime("pause", container.id()).execute().succeeded();
        box.runtime("pause", container.id()).execute().failed("container");
        assertThat(container.status()).isEqualTo("paused");
        box.runtime("pause", "nobody").execute().failed("container does not exist");
    }

    @Test
    @Covers({"L10", "pause"})
    void aPausedContainerIsKilledAtOnce(Sandbox box) {
        Container container = box.start(counting(box)).awaitOutput("ready");
        box.runtime("pause", container.id()).execute().succeeded();
        container.kill("KILL").succeeded();
        container.awaitExit();
        assertThat(container.status()).isEqualTo("stopped");
        container.delete().succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers({"L10", "pause"})
    void aPausedContainerWithoutItsOwnPidNamespaceIsKilledAtOnce(Sandbox box) {
        Container container = box.start(counting(box).withoutNamespace("pid")).awaitOutput("ready");
        box.runtime("pause", container.id()).execute().succeeded();
        box.runtime("kill", "--all", container.id(), "KILL").execute().succeeded();
        container.awaitExit();
        container.delete().succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers({"L10", "pause"})
    void anotherSignalIsDeliveredAfterResume(Sandbox box) {
        Container container = box.start(
                        box.bundle().shell("trap 'echo got it; exit 7' TERM; echo ready; while :; do sleep .05; done"))
                .awaitOutput("ready");
        box.runtime("pause", container.id()).execute().succeeded();
        container.kill("TERM").succeeded();
        Processes.pause(Duration.ofMillis(200));
        assertThat(container.stdout()).doesNotContain("got it");
        box.runtime("resume", container.id()).execute().succeeded();
        container.awaitExit();
        assertThat(container.stdout()).contains("got it");
    }

    @Test
    @Covers({"L12", "pause"})
    @Deviates(runtime = Flavour.CRUN, reason = "in other words than runc")
    void deleteRefusesAPausedContainerAndForceRemovesIt(Sandbox box) {
        Container container = box.start(counting(box)).awaitOutput("ready");
        box.runtime("pause", container.id()).execute().succeeded();
        container.delete().failed("paused");
        assertThat(container.status()).isEqualTo("paused");
        container.deleteForcibly().succeeded();
        box.nothingLeft();
    }

    /** What the container itself has frozen is its own business: pause works, and resume does not thaw it. */
    @Test
    @Covers({"pause", "resume"})
    void nestedFrozenCgroupsStayAsTheyAre(Sandbox box) throws IOException {
        Container container =
                box.start(box.bundle().shell("sleep 1000 & echo ready; wait")).awaitOutput("ready");
        Path cgroup = Cgroups.directory(container.pid());
        box.needs(Files.exists(cgroup.resolve("cgroup.freeze")), "a runtime that uses cgroup version 2");
        Path nested = Files.createDirectories(cgroup.resolve("nested"));
        long child = Sandbox.read(cgroup.resolve("cgroup.procs"))
                .lines()
                .map(Long::valueOf)
                .filter(pid -> pid != container.pid())
                .findFirst()
                .orElseThrow();
        Files.writeString(nested.resolve("cgroup.procs"), "" + child);
        Files.writeString(nested.resolve("cgroup.freeze"), "1");
        box.runtime("pause", container.id()).execute().succeeded();
        assertThat(container.status()).isEqualTo("paused");
        box.runtime("resume", container.id()).execute().succeeded();
        assertThat(container.status()).isEqualTo("running");
        assertThat(Sandbox.read(nested.resolve("cgroup.events"))).contains("frozen 1");
        container.deleteForcibly().succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers({"pause", "resume"})
    void aFrozenCgroupAboveDoesNotCountAsPaused(Sandbox box) throws IOException {
        Container container = box.start(counting(box).set("/linux/cgroupsPath", "/" + box.name() + "/inner"))
                .awaitOutput("ready");
        Path cgroup = Cgroups.directory(container.pid());
        box.needs(Files.exists(cgroup.resolve("cgroup.freeze")), "a runtime that uses cgroup version 2");
        Path above = cgroup.resolve("..").normalize();
        Files.writeString(above.resolve("cgroup.freeze"), "1");
        assertThat(container.status()).isEqualTo("running");
        box.runtime("pause", container.id()).execute().succeeded();
        box.runtime("resume", container.id()).execute().succeeded();
        assertThat(container.status()).isEqualTo("running");
        Files.writeString(above.resolve("cgroup.freeze"), "0");
        assertThat(grows(container)).isTrue();
    }

    @Test
    @Covers({"L10", "kill --all"})
    void killAllReachesEveryProcess(Sandbox box) {
        String loop = "trap 'echo term; exit 0' TERM; echo ready; while :; do sleep .05; done";
        Container container = box.start(box.bundle()
                .withoutNamespace("pid")
                .shell("(" + loop + ") & (" + loop + ") & wait; " + loop.replace("echo term", "echo init")));
        assertThat(Processes.await(
                        Duration.ofSeconds(10),
                        () -> container.stdout().lines().filter("ready"::equals).count() >= 2))
                .isTrue();
        box.runtime("kill", "--all", container.id(), "TERM").execute().succeeded();
        assertThat(Processes.await(
                        Duration.ofSeconds(10),
                        () -> container.stdout().lines().filter("term"::equals).count() == 2))
                .isTrue();
    }
}
