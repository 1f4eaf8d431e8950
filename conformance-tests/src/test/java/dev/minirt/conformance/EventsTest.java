package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.NeedsControllers;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The commands ps and events: who is in a container, and what it uses. */
@Conformance
class EventsTest {
    private static Container family(Sandbox box) {
        Container container = box.start(box.bundle().shell("sleep 1000 & sleep 1000 & echo ready; wait"));
        return container.awaitOutput("ready");
    }

    private static List<Long> members(Container container) {
        return Sandbox.read(Cgroups.directory(container.pid()).resolve("cgroup.procs"))
                .lines()
                .map(Long::valueOf)
                .toList();
    }

    @Test
    @Covers("ps")
    void psListsThePidsAsTheHostSeesThem(Sandbox box) {
        Container container = family(box);
        JsonNode pids = box.runtime("ps", "--format", "json", container.id())
                .execute()
                .succeeded()
                .json();
        assertThat(LongStream.range(0, pids.size())
                        .mapToObj(i -> pids.get((int) i).asLong())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(members(container))
                .hasSize(3)
                .contains(container.pid());
    }

    @Test
    @Covers("ps")
    @Deviates(runtime = Flavour.CRUN, reason = "looks only into one cgroup")
    void psFindsProcessesInNestedCgroups(Sandbox box) throws IOException {
        Container container = family(box);
        box.needs(box.runtime().isMinirt() || Cgroups.isUnified(), "a runtime that uses cgroup version 2");
        Path nested = Files.createDirectories(Cgroups.directory(container.pid()).resolve("a/b"));
        long child = members(container).stream()
                .filter(pid -> pid != container.pid())
                .findFirst()
                .orElseThrow();
        Files.writeString(nested.resolve("cgroup.procs"), "" + child);
        assertThat(box.runtime("ps", "-f", "json", container.id())
                        .execute()
                        .succeeded()
                        .stdout())
                .contains("" + child);
    }

    @Test
    @Covers("ps")
    @Deviates(runtime = Flavour.CRUN, reason = "prints pids alone")
    void psShowsWhatPsShows(Sandbox box) {
        Container container = family(box);
        List<String> lines = box.runtime("ps", container.id())
                .execute()
                .succeeded()
                .stdout()
                .lines()
                .toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).contains("UID", "PID", "PPID", "CMD");
        assertThat(lines.stream().filter(line -> line.endsWith("sleep 1000"))).hasSize(2);
    }

    @Test
    @Covers("ps")
    @Deviates(runtime = Flavour.CRUN, reason = "takes none")
    void psTakesOptionsOfPs(Sandbox box) {
        Container container = family(box);
        List<String> lines = box.runtime("ps", container.id(), "-e", "-o", "pid,comm")
                .execute()
                .succeeded()
                .stdout()
                .lines()
                .toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst().strip()).matches("PID +COMMAND");
        box.runtime("ps", container.id(), "--no-such-option").execute().failed("option");
        assertThat(Sandbox.list(box.stateRoot().resolve(container.id()))).noneMatch(name -> name.startsWith(".ps"));
    }

    @Test
    @Covers("ps")
    @Deviates(runtime = Flavour.CRUN, reason = "dies of a segmentation fault")
    void psOfAStoppedContainerIsEmpty(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        assertThat(box.runtime("ps", container.id())
                        .execute()
                        .succeeded()
                        .stdout()
                        .lines())
                .hasSize(1);
        assertThat(box.runtime("ps", "--format", "json", container.id())
                        .execute()
                        .succeeded()
                        .stdout()
                        .strip())
                .isIn("[]", "null");
        box.runtime("ps", "nobody").execute().failed("container does not exist");
        box.runtime("ps", "--format", "xml", container.id()).execute().failed("format");
    }

    @Test
    @Covers("ps")
    @Deviates(runtime = Flavour.RUNC, reason = "asks another hierarchy of a hybrid host", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "exits with 253")
    void psOfAContainerThatHasLeftItsCgroupIsAnError(Sandbox box) throws IOException {
        Container container = box.start(box.bundle().idle()).awaitOutput("ready");
        Path cgroup = Cgroups.directory(container.pid());
        Path parent = cgroup.resolveSibling(cgroup.getFileName() + "-moved");
        Files.createDirectory(parent);
        assertThat(Processes.await(Duration.ofSeconds(10), () -> {
                    moveAll(cgroup, parent);
                    return cgroup.toFile().delete();
                }))
                .isTrue();
        box.runtime("ps", container.id()).execute().failed("is gone");
        container.deleteForcibly().succeeded();
        assertThat(Processes.await(Duration.ofSeconds(10), () -> parent.toFile().delete()))
                .isTrue();
    }

    private static void moveAll(Path from, Path to) {
        for (String pid : Sandbox.read(from.resolve("cgroup.procs")).lines().toList()) {
            try {
                Files.writeString(to.resolve("cgroup.procs"), pid);
            } catch (IOException e) {
                // It has ended meanwhile.
            }
        }
    }

    @Test
    @Covers("events")
    @Deviates(runtime = Flavour.CRUN, reason = "has no such command")
    void statisticsHaveTheShapeThatEnginesKnow(Sandbox box) {
        Container container = box.start(
                box.bundle().shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 1000 & echo ready; wait"));
        container.awaitOutput("ready");
        Outcome outcome =
                box.runtime("events", "--stats", container.id()).execute().succeeded();
        assertThat(outcome.stdout().lines()).hasSize(1);
        JsonNode event = outcome.json();
        assertThat(event.path("type").asString()).isEqualTo("stats");
        assertThat(event.path("id").asString()).isEqualTo(container.id());
        JsonNode data = event.path("data");
        assertThat(data.propertyNames())
                .contains("cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces");
        assertThat(data.at("/cpu/usage/total").asLong()).isPositive();
        assertThat(data.at("/cpu/usage").propertyNames()).contains("total", "kernel", "user");
        assertThat(data.at("/pids/current").asLong()).isEqualTo(2);
        assertThat(data.at("/pids").has("limit")).as("no limit is left out").isFalse();
        if (box.runtime().isMinirt() && Files.exists(Path.of("/proc/pressure/cpu"))) {
            assertThat(data.at("/cpu/psi/some").propertyNames()).contains("avg10", "avg60", "avg300", "total");
            assertThat(data.at("/memory/psi/full/avg10").isNumber()).isTrue();
        }
    }

    @Test
    @Covers("events")
    @Deviates(runtime = Flavour.CRUN, reason = "has no such command")
    void eventsStreamUntilTheContainerStops(Sandbox box) {
        Container container = box.start(box.bundle().idle()).awaitOutput("ready");
        Sandbox.Started events = box.spawn(box.runtime("events", "--interval", "50ms", container.id()));
        assertThat(Processes.await(
                        Duration.ofSeconds(10),
                        () -> events.invocation().stdout().lines().count() >= 3))
                .as("three statistics")
                .isTrue();
        container.kill("KILL").succeeded();
        // An engine reaps it.
        container.awaitExit();
        if (!box.runtime().isMinirt()) {
            // runc waits for the cgroup to go rather than for the process.
            container.delete().succeeded();
        }
        Outcome outcome = events.await().succeeded();
        for (String line : outcome.stdout().lines().toList()) {
            assertThat(Json.read(line).path("type").asString()).isIn("stats", "oom");
        }
    }

    @Test
    @Covers("events")
    @Deviates(runtime = Flavour.CRUN, reason = "has no such command")
    void eventsNeedAContainerThatIsThere(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        box.runtime("events", "--stats", container.id()).execute().failed("is not running");
        box.runtime("events", "--interval", "0s", container.id()).execute().failed("interval");
        box.runtime("events", "nobody").execute().failed("container does not exist");
    }

    @Test
    @NeedsControllers("memory")
    @Covers("events")
    @Deviates(runtime = Flavour.CRUN, reason = "has no such command")
    void outOfMemoryIsAnEvent(Sandbox box) {
        Container container = box.start(
                box.bundle()
                        .set("/linux/resources/memory/limit", 20L << 20)
                        .set("/linux/resources/memory/swap", 20L << 20)
                        .shell(
                                "echo ready; sleep 2; while :; do (dd if=/dev/zero of=/dev/null bs=64M count=1); sleep .2; done"));
        container.awaitOutput("ready");
        Sandbox.Started events = box.spawn(box.runtime("events", "--interval", "1h", container.id()));
        assertThat(Processes.await(
                        Duration.ofSeconds(30),
                        () -> events.invocation().stdout().contains("\"oom\"")))
                .isTrue();
        container.kill("KILL").succeeded();
        container.awaitExit();
        events.await().succeeded();
    }
}
