package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.NeedsControllers;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command update. */
@Conformance
class UpdateTest {
    private static Outcome update(Sandbox box, Container container, String... flags) {
        List<String> words = new ArrayList<>(List.of("update"));
        words.addAll(List.of(flags));
        words.add(container.id());
        return box.runtime(words.toArray(String[]::new)).execute();
    }

    private static Outcome document(Sandbox box, Container container, String json) {
        return box.runtime("update", "--resources", "-", container.id())
                .reading(json.replace('\'', '"'))
                .execute();
    }

    private static String file(Container container, String name) {
        return Sandbox.read(Cgroups.directory(container.pid()).resolve(name)).strip();
    }

    /** The flags, in the units of cgroup version 2. */
    @ParameterizedTest
    @NeedsControllers({"memory", "cpu", "cpuset", "pids"})
    @Covers({"update", "C9", "C10", "C13", "C14", "C15", "C16", "C18", "C19", "C26"})
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory 64m                        | memory.max         | 67108864",
                "--memory 67108864 --memory-swap 96m | memory.swap.max    | 33554432",
                "--memory -1                         | memory.max         | max",
                "--memory-reservation 32m            | memory.low         | 33554432",
                "--cpu-quota 20000                   | cpu.max            | 20000 100000",
                "--cpu-period 50000                  | cpu.max            | max 50000",
                "--cpu-quota 20000 --cpu-period 50000 | cpu.max           | 20000 50000",
                "--cpu-quota -1                      | cpu.max            | max 100000",
                "--cpu-quota 20000 --cpu-burst 10000 | cpu.max.burst      | 10000",
                "--cpu-share 262144                  | cpu.weight         | 10000",
                "--cpu-idle 1                        | cpu.idle           | 1",
                "--cpuset-cpus 0                     | cpuset.cpus        | 0",
                "--cpuset-mems 0                     | cpuset.mems        | 0",
                "--pids-limit 20                     | pids.max           | 20",
                "--pids-limit -1                     | pids.max           | max",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "cpu-(burst|idle)", reason = "flags that are not known to 1.1")
    @Deviates(
            runtime = Flavour.CRUN,
            cases = "[0-9]m|cpu-(burst|idle)",
            reason = "takes plain numbers only, and knows neither burst nor idle")
    void setsWhatAFlagNames(String flags, String name, String expected, Sandbox box) {
        Container container = box.start(box.bundle().idle());
        update(box, container, flags.split(" ")).succeeded();
        assertThat(file(container, name)).isEqualTo(expected);
    }

    @Test
    @NeedsControllers({"memory", "cpu", "pids"})
    @Covers({"update", "trap 12"})
    @Deviates(runtime = Flavour.RUNC, reason = "swap alone stays, not the sum with memory")
    @Deviates(runtime = Flavour.CRUN, reason = "a quota alone resets the period")
    void leavesWhatIsNotNamed(Sandbox box) {
        Container container = box.start(box.bundle()
                .setJson("/linux/resources/memory", "{'limit': 67108864, 'swap': 134217728}")
                .setJson("/linux/resources/cpu", "{'quota': 50000, 'period': 60000}")
                .setJson("/linux/resources/pids", "{'limit': 50}")
                .idle());
        document(
                        box,
                        container,
                        "{'memory':{'limit':0,'reservation':0,'swap':0},'cpu':{'shares':0,'quota':30000,'period':0},'blockIO':{'weight':0}}")
                .succeeded();
        assertThat(file(container, "cpu.max")).isEqualTo("30000 60000");
        assertThat(file(container, "memory.max")).isEqualTo("67108864");
        assertThat(file(container, "memory.swap.max")).isEqualTo("67108864");
        assertThat(file(container, "pids.max")).isEqualTo("50");
        update(box, container, "--memory", "100m").succeeded();
        assertThat(file(container, "memory.swap.max")).as("both together stay").isEqualTo("29360128");
        assertThat(file(container, "cpu.max")).isEqualTo("30000 60000");
    }

    /** The one controller that version 1 hosts do not take: so this runs on them as well. */
    @Test
    @Covers({"update", "C23"})
    @Deviates(runtime = Flavour.RUNC, reason = "ignores hugepageLimits in an update")
    void setsWhatADocumentNames(Sandbox box) {
        box.needs(Cgroups.offers("hugetlb"), "the controller hugetlb of cgroup version 2");
        Container container = box.start(box.bundle().idle());
        document(box, container, "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 4194304}]}")
                .succeeded();
        assertThat(file(container, "hugetlb.2MB.max")).isEqualTo("4194304");
        Path document = Sandbox.write(
                box.directory().resolve("limits.json"),
                "{\"hugepageLimits\": [{\"pageSize\": \"2MB\", \"limit\": 0}]}");
        update(box, container, "--resources=" + document).succeeded();
        assertThat(file(container, "hugetlb.2MB.max")).isEqualTo("0");
        update(box, container, "-r", "limits.json").succeeded();
    }

    @Test
    @Covers({"update", "C23"})
    void undoesTheRestWhenTheKernelRefuses(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "a runtime that undoes (runc does not)");
        box.needs(Cgroups.offers("hugetlb"), "the controller hugetlb of cgroup version 2");
        Container container = box.start(box.bundle().idle());
        document(
                        box,
                        container,
                        "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 4194304}, {'pageSize': '3MB', 'limit': 1}]}")
                .failed("hugepageLimits[1]", "hugetlb.3MB.max");
        assertThat(file(container, "hugetlb.2MB.max")).isEqualTo("max");
    }

    /** C12, C9: the kernel takes a limit below what is in use, and kills until the rest fits. */
    @Test
    @NeedsControllers("memory")
    @Covers({"update", "C9", "C12"})
    void tellsOfWhatALimitHasKilled(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt: others say nothing");
        Bundle bundle = box.bundle()
                .setJson("/linux/resources", "{'memory': {'limit': 67108864, 'swap': 67108864}}")
                .shell("head -c 16777216 /dev/zero | tail -c 16777216 | sleep 1000 & echo ready; wait");
        Container container = box.start(bundle).awaitOutput("ready");
        Path cgroup = Cgroups.directory(container.pid());
        assertThat(Processes.await(
                        Duration.ofSeconds(20),
                        () -> Long.parseLong(Sandbox.read(cgroup.resolve("memory.current"))
                                        .strip())
                                > 16 << 20))
                .isTrue();
        document(box, container, "{'memory': {'limit': 4194304, 'checkBeforeUpdate': true}}")
                .failed("memory.limit: 4194304 is not above the ");
        Outcome outcome = update(box, container, "--memory", "4m", "--memory-swap", "4m");
        assertThat(outcome.stderr())
                .contains("killed by the OOM killer: memory limit 4 MiB is too low")
                .contains("checkBeforeUpdate");
    }

    @ParameterizedTest
    @Covers({"update", "C11", "C17"})
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory lots                  | memory",
                "--cpu-period x                 | cpu-period",
                "--cpu-share -1                 | cpu-share",
                "--l3-cache-schema L3:0=f       | ",
                "--mem-bw-schema MB:0=50        | ",
                "--no-such-flag 1               | no-such-flag",
            })
    @Deviates(runtime = Flavour.CRUN, cases = "cpu-|schema|no-such", reason = "in other words, or with exit code 64")
    void refusesValuesByTheNameOfTheFlag(String flags, String word, Sandbox box) {
        Container container = box.start(box.bundle().idle());
        update(box, container, flags.split(" ")).failed(word == null ? "" : word);
    }

    @ParameterizedTest
    @Covers({"update", "C11", "C17", "C25"})
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--cpu-rt-runtime 1000                   | --cpu-rt-runtime",
                "--kernel-memory 1m                      | --kernel-memory",
                "--blkio-weight 5                        | --blkio-weight",
                "--memory 1m --memory-swap 512k          | --memory",
            })
    void refusesWhatVersion2DoesNotHave(String flags, String word, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "a runtime for version 2 only");
        Container container = box.start(box.bundle().idle());
        update(box, container, flags.split(" ")).failed(word);
    }

    @ParameterizedTest
    @Covers("update")
    @ValueSource(strings = {"", "{", "[]", "{'memory': {'limit': 'much'}}", "{'pids': 5}"})
    @Deviates(runtime = Flavour.CRUN, reason = "in other words, and wrong types are taken for nothing")
    void refusesDocumentsThatAreNone(String json, Sandbox box) {
        Container container = box.start(box.bundle().idle());
        document(box, container, json).failed();
        update(box, container, "--resources", "nowhere.json").failed("no such file or directory");
    }

    @Test
    @Covers("update")
    void saysWhichMemberIsWrong(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "a runtime that names members");
        Container container = box.start(box.bundle().idle());
        document(box, container, "{'memory': {'limit': 'much'}, 'network': {'classID': 5}}")
                .failed("memory.limit");
        document(box, container, "{'network': {'classID': 5}, 'memory': {'swappiness': 7}}")
                .failed("memory.swappiness", "network.classID");
    }

    @Test
    @Covers("update")
    @Deviates(runtime = Flavour.CRUN, reason = "updates the cgroup of one that has stopped")
    void needsAContainerThatLives(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        update(box, container, "--pids-limit", "5").failed("not running");
        box.runtime("update", "--pids-limit", "5", "nobody").execute().failed("container does not exist");
    }

    @Test
    @Covers({"update", "pause"})
    void worksForCreatedAndPausedContainers(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "a runtime that sets hugepageLimits");
        box.needs(Cgroups.offers("hugetlb"), "the controller hugetlb of cgroup version 2");
        Container container = box.create(box.bundle().idle());
        document(box, container, "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 2097152}]}")
                .succeeded();
        container.start();
        box.runtime("pause", container.id()).execute().succeeded();
        document(box, container, "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 4194304}]}")
                .succeeded();
        assertThat(container.status()).isEqualTo("paused");
        assertThat(file(container, "hugetlb.2MB.max")).isEqualTo("4194304");
    }
}
