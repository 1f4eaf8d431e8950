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
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code linux.resources}: what lands in which file of cgroup version 2, what is refused, and what limits do. */
@Conformance
@NeedsControllers({"cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma"})
class ResourcesTest {
    /** Of a throttled or weighed device: a disk of its own, as small as can be. */
    private static final String DEVICE = "DEV";

    private static Container created(Sandbox box, String resources) {
        Bundle bundle = box.bundle().idle().remove("/linux/resources");
        return box.create(bundle.setJson("/linux/resources", resources.replace(DEVICE, device(box))));
    }

    private static String file(Container container, String name) {
        return Sandbox.read(Cgroups.directory(container.pid()).resolve(name)).strip();
    }

    /** The first disk that is none of the machine's own, as {@code 'major': 1, 'minor': 2}. */
    private static String device(Sandbox box) {
        String[] numbers = disk(box).split(":", -1);
        return "'major': " + numbers[0] + ", 'minor': " + numbers[1];
    }

    private static String disk(Sandbox box) {
        for (String name : List.of("nullb0", "loop0", "ram0")) {
            Path file = Path.of("/sys/block", name, "dev");
            if (Files.exists(file)) {
                return Sandbox.read(file).strip();
            }
        }
        box.needs(false, "a disk to spare: nullb0, loop0 or ram0");
        return "";
    }

    @ParameterizedTest
    @Covers({"C9", "C10", "C13", "C14", "C15", "C16", "C18", "C19", "C22", "C23", "C24", "C26", "C28"})
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'memory': {'limit': 67108864}} | memory.max | 67108864",
                "{'memory': {'limit': -1}} | memory.max | max",
                "{'memory': {'limit': 67108864, 'swap': 100663296}} | memory.swap.max | 33554432",
                "{'memory': {'limit': 67108864, 'swap': 67108864}} | memory.swap.max | 0",
                "{'memory': {'limit': 67108864, 'swap': -1}} | memory.swap.max | max",
                "{'memory': {'limit': 67108864, 'checkBeforeUpdate': true}} | memory.max | 67108864",
                "{'memory': {'reservation': 33554432}} | memory.low | 33554432",
                "{'memory': {'reservation': -1}} | memory.low | max",
                "{'cpu': {'shares': 2}} | cpu.weight | 1",
                "{'cpu': {'shares': 512}} | cpu.weight | 59",
                "{'cpu': {'shares': 1024}} | cpu.weight | 100",
                "{'cpu': {'shares': 262144}} | cpu.weight | 10000",
                "{'cpu': {'quota': 50000, 'period': 200000}} | cpu.max | 50000 200000",
                "{'cpu': {'quota': 50000}} | cpu.max | 50000 100000",
                "{'cpu': {'quota': -1, 'period': 200000}} | cpu.max | max 200000",
                "{'cpu': {'period': 200000}} | cpu.max | max 200000",
                "{'cpu': {'quota': 50000, 'burst': 20000}} | cpu.max.burst | 20000",
                "{'cpu': {'idle': 1}} | cpu.idle | 1",
                "{'cpu': {'idle': 0}} | cpu.idle | 0",
                "{'cpu': {'cpus': '0', 'mems': '0'}} | cpuset.cpus | 0",
                "{'cpu': {'cpus': '0', 'mems': '0'}} | cpuset.mems | 0",
                "{'pids': {'limit': 123}} | pids.max | 123",
                "{'pids': {'limit': -1}} | pids.max | max",
                "{'pids': {'limit': 0}} | pids.max | 0",
                "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 4194304}]} | hugetlb.2MB.max | 4194304",
                "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 0}]} | hugetlb.2MB.max | 0",
                "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 4194304}]} | hugetlb.2MB.rsvd.max | 4194304",
                "{'unified': {'memory.high': '50331648'}} | memory.high | 50331648",
                "{'unified': {'memory.max': '67108864'}, 'memory': {'limit': 33554432}} | memory.max | 67108864",
                "{'unified': {'cgroup.max.depth': '3'}} | cgroup.max.depth | 3",
                "{'unified': {'pids.max': '77', 'cpu.weight': '77'}} | pids.max | 77",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "'idle'|'burst'", reason = "not known to 1.1")
    @Deviates(runtime = Flavour.RUNC, cases = "'limit': 0\\}\\} | pids", reason = "0 is no limit, or written as 1")
    @Deviates(runtime = Flavour.RUNC, cases = "rsvd", reason = "the limit on reservations is not known to 1.1")
    void writes(String resources, String file, String expected, Sandbox box) {
        assertThat(file(created(box, resources), file)).isEqualTo(expected);
    }

    @ParameterizedTest
    @Covers("C22")
    @CsvSource({
        "throttleReadBpsDevice, rbps=1048576 wbps=max riops=max wiops=max",
        "throttleWriteBpsDevice, rbps=max wbps=1048576 riops=max wiops=max",
        "throttleReadIOPSDevice, rbps=max wbps=max riops=1048576 wiops=max",
        "throttleWriteIOPSDevice, rbps=max wbps=max riops=max wiops=1048576",
    })
    void throttles(String member, String expected, Sandbox box) {
        Container container = created(box, "{'blockIO': {'" + member + "': [{DEV, 'rate': 1048576}]}}");
        assertThat(file(container, "io.max")).isEqualTo(disk(box) + " " + expected);
    }

    @ParameterizedTest
    @Covers("C19")
    @CsvSource({"10, 1", "500, 4950", "1000, 10000"})
    void weighs(int weight, int converted, Sandbox box) {
        Container container = created(box, "{'blockIO': {'weight': " + weight + "}}");
        Path bfq = Cgroups.directory(container.pid()).resolve("io.bfq.weight");
        assertThat(file(container, Files.exists(bfq) ? "io.bfq.weight" : "io.weight"))
                .isEqualTo("default " + (Files.exists(bfq) ? weight : converted));
    }

    @Test
    @Covers("C21")
    void weighsADevice(Sandbox box) throws IOException {
        String disk = disk(box);
        Path scheduler = Path.of("/sys/dev/block", disk, "queue/scheduler");
        box.needs(Sandbox.read(scheduler).contains("bfq"), "the scheduler bfq");
        Files.writeString(scheduler, "bfq");
        try {
            Container container = created(box, "{'blockIO': {'weightDevice': [{DEV, 'weight': 300}]}}");
            assertThat(file(container, "io.bfq.weight").lines()).contains(disk + " 300");
            container.deleteForcibly();
        } finally {
            Files.writeString(scheduler, "none");
        }
    }

    /** What cannot be applied is an error that names its member, and leaves nothing. */
    @ParameterizedTest
    @Covers({"C2", "C18", "C22", "C23", "C27", "C28", "G5"})
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'cpu': {'cpus': '4000'}} | /linux/resources/cpu/cpus",
                "{'cpu': {'mems': '900'}} | /linux/resources/cpu/mems",
                "{'cpu': {'quota': 10}} | /linux/resources/cpu/quota",
                "{'cpu': {'quota': 10000, 'burst': 20000}} | /linux/resources/cpu/burst",
                "{'hugepageLimits': [{'pageSize': '3MB', 'limit': 1}]} | /linux/resources/hugepageLimits/0",
                "{'blockIO': {'throttleReadBpsDevice': [{'major': 4000, 'minor': 1, 'rate': 1}]}} | /linux/resources/blockIO/throttleReadBpsDevice/0",
                "{'blockIO': {'weightDevice': [{'major': 4000, 'minor': 1, 'weight': 100}]}} | /linux/resources/blockIO/weightDevice/0/weight",
                "{'rdma': {'nosuchdevice': {'hcaHandles': 3}}} | /linux/resources/rdma/nosuchdevice",
                "{'unified': {'memory.nosuchfile': '1'}} | /linux/resources/unified/memory.nosuchfile",
                "{'unified': {'nosuch.max': '1'}} | /linux/resources/unified/nosuch.max",
                "{'unified': {'memory.max': 'much'}} | /linux/resources/unified/memory.max",
                "{'unified': {'cgroup.freeze': '1'}} | /linux/resources/unified/cgroup.freeze",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "burst", reason = "not known to 1.1")
    @Deviates(runtime = Flavour.RUNC, cases = "weightDevice", reason = "silently skipped")
    @Deviates(runtime = Flavour.RUNC, cases = "freeze", skip = true, reason = "waits for a frozen init for ever")
    void refuses(String resources, String pointer, Sandbox box) {
        Bundle bundle = box.bundle().remove("/linux/resources").setJson("/linux/resources", resources);
        box.createFails(bundle, pointer);
    }

    @Test
    @Covers({"C9", "OOM"})
    void killsWhatAllocatesBeyondTheLimit(Sandbox box) {
        Bundle bundle = box.bundle()
                .setJson("/linux/resources/memory", "{'limit': 33554432, 'swap': 33554432}")
                .args("dd", "if=/dev/zero", "of=/dev/null", "bs=128M", "count=1");
        assertThat(box.run(bundle).code()).isEqualTo(137);
    }

    /** Not "broken pipe", nor "init died". */
    @Test
    @Covers("C9")
    void saysThatALimitIsTooLowToStart(Sandbox box) {
        Bundle bundle = box.bundle().setJson("/linux/resources/memory", "{'limit': 4096}");
        box.createFails(
                bundle, "/linux/resources/memory/limit", "killed by the OOM killer: memory limit 4 KiB is too low");
    }

    @Test
    @Covers("C26")
    void stopsAForkBomb(Sandbox box) {
        Bundle bundle = box.bundle()
                .set("/linux/resources/pids/limit", 10)
                .shell("i=0; while [ $i -lt 40 ]; do sleep 100 & i=$((i+1)); echo $i; done; echo free");
        Outcome outcome = box.run(bundle);
        assertThat(outcome.stdout()).contains("5\n").doesNotContain("free", "11\n");
        assertThat(outcome.stderr()).contains("can't fork");
    }

    @Test
    @Covers("C14")
    void givesABusyLoopItsShare(Sandbox box) throws InterruptedException {
        Container container = box.start(box.bundle()
                .setJson("/linux/resources/cpu", "{'quota': 20000, 'period': 100000}")
                .shell("echo ready; while :; do :; done"));
        container.awaitOutput("ready");
        Path stat = Cgroups.directory(container.pid()).resolve("cpu.stat");
        long began = System.nanoTime();
        long before = usage(stat);
        Thread.sleep(Duration.ofSeconds(3));
        double share = (usage(stat) - before) * 1000.0 / (System.nanoTime() - began);
        assertThat(share).isBetween(0.05, 0.3);
    }

    private static long usage(Path stat) {
        return Sandbox.read(stat)
                .lines()
                .filter(line -> line.startsWith("usage_usec "))
                .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Covers("C22")
    void slowsAThrottledWriterDown(Sandbox box) {
        String numbers = device(box);
        Bundle bundle = box.bundle()
                .setJson("/linux/resources/blockIO", "{'throttleWriteBpsDevice': [{" + numbers + ", 'rate': 1048576}]}")
                .setJson("/linux/devices", "[{'path': '/dev/disk', 'type': 'b', " + numbers + ", 'fileMode': 438}]")
                .setJson("/linux/resources/devices/-", "{'allow': true, 'type': 'b', " + numbers + ", 'access': 'rw'}")
                .args("dd", "if=/dev/zero", "of=/dev/disk", "bs=262144", "count=16", "oflag=direct");
        long began = System.nanoTime();
        box.run(bundle).succeededPerhapsWithWarnings();
        // 4 MiB at 1 MiB a second, the first of which may come at once.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2500));
    }

    /** cgroup v2 has no processes beside cgroups with limits: nobody's are moved. */
    @Test
    @Covers({"C1", "C28"})
    void doesNotMoveProcessesThatAreInTheWay(Sandbox box) throws IOException {
        Path parent = Files.createDirectories(Cgroups.unified().orElseThrow().resolve(box.name()));
        long pid = box.helper("sleep", "1000").pid();
        Files.writeString(parent.resolve("cgroup.procs"), Long.toString(pid));
        Bundle bundle = box.bundle()
                .set("/linux/cgroupsPath", "/" + box.name() + "/inner")
                .setJson("/linux/resources/memory", "{'limit': 67108864}");
        box.createFails(bundle, "/linux/resources/memory/limit", "cgroup.subtree_control", "pid " + pid);
        assertThat(Sandbox.read(parent.resolve("cgroup.procs")).strip()).isEqualTo(Long.toString(pid));
    }

    /** Each controller that a member needs is enabled from the root down, and no other. */
    @Test
    @Covers("C28")
    void enablesWhatIsNeededDownTheTree(Sandbox box) {
        Bundle bundle = box.bundle()
                .idle()
                .remove("/linux/resources")
                .set("/linux/cgroupsPath", "/" + box.name() + "/a/b")
                .setJson("/linux/resources", "{'memory': {'limit': 67108864}, 'unified': {'pids.max': '99'}}");
        box.create(bundle);
        Path root = Cgroups.unified().orElseThrow();
        for (Path above : List.of(root, root.resolve(box.name()), root.resolve(box.name() + "/a"))) {
            assertThat(Stream.of(Sandbox.read(above.resolve("cgroup.subtree_control"))
                            .strip()
                            .split(" ", -1)))
                    .as("%s", above)
                    .contains("memory", "pids");
        }
        if (box.runtime().isMinirt()) {
            assertThat(Sandbox.read(root.resolve(box.name() + "/a/cgroup.subtree_control"))
                            .strip())
                    .isEqualTo("memory pids");
        }
    }
}
