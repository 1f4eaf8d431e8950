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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
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

    private static final String MEMORY = "{'memory': {'limit': 67108864, 'swap': 100663296, 'reservation': 33554432,"
            + " 'checkBeforeUpdate': true}, 'pids': {'limit': 123}, 'unified': {'memory.high': '50331648', 'cgroup.max.depth': '3'}}"
            + " | memory.max=67108864, memory.swap.max=33554432, memory.low=33554432, pids.max=123, memory.high=50331648, cgroup.max.depth=3";
    private static final String CPU =
            "{'cpu': {'shares': 512, 'quota': 50000, 'period': 200000, 'cpus': '0', 'mems': '0'}}"
                    + " | cpu.weight=59, cpu.max=50000 200000, cpuset.cpus=0, cpuset.mems=0";
    private static final String NONE =
            "{'memory': {'limit': -1, 'reservation': -1}, 'cpu': {'shares': 1024, 'quota': -1, 'period': 200000},"
                    + " 'pids': {'limit': -1}} | memory.max=max, memory.swap.max=max, memory.low=max, cpu.weight=100, cpu.max=max 200000, pids.max=max";
    private static final String LEAST =
            "{'memory': {'limit': 67108864, 'swap': 67108864}, 'cpu': {'shares': 2, 'quota': 50000}, 'pids': {'limit': 9},"
                    + " 'unified': {'memory.max': '33554432', 'pids.max': '77'}}"
                    + " | memory.max=33554432, memory.swap.max=0, cpu.weight=1, cpu.max=50000 100000, pids.max=77";
    private static final String MOST =
            "{'memory': {'limit': 67108864, 'swap': -1}, 'cpu': {'shares': 262144, 'period': 200000}}"
                    + " | memory.max=67108864, memory.swap.max=max, cpu.weight=10000, cpu.max=max 200000";
    private static final String NEW_CPU = "{'cpu': {'quota': 50000, 'burst': 20000, 'idle': 1}}"
            + " | cpu.max=50000 100000, cpu.max.burst=20000, cpu.idle=1";
    private static final String ZERO = "{'pids': {'limit': 0}, 'hugepageLimits': [{'pageSize': '2MB', 'limit': 0}]}"
            + " | pids.max=0, hugetlb.2MB.max=0, hugetlb.2MB.rsvd.max=0";
    private static final String HUGE = "{'hugepageLimits': [{'pageSize': '2MB', 'limit': 4194304}]}"
            + " | hugetlb.2MB.max=4194304, hugetlb.2MB.rsvd.max=4194304";
    private static final String BLOCK = "{'blockIO': {'weight': 500,"
            + " 'throttleReadBpsDevice': [{DEV, 'rate': 1048576}], 'throttleWriteBpsDevice': [{DEV, 'rate': 2097152}],"
            + " 'throttleReadIOPSDevice': [{DEV, 'rate': 100}], 'throttleWriteIOPSDevice': [{DEV, 'rate': 200}]}}"
            + " | WEIGHT, io.max=NUMBERS rbps=1048576 wbps=2097152 riops=100 wiops=200";

    @ParameterizedTest
    @Covers({"C9", "C10", "C12", "C13", "C14", "C15", "C16", "C18", "C19", "C22", "C23", "C24", "C26", "C28"})
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {MEMORY, CPU, NONE, LEAST, MOST, NEW_CPU, ZERO, HUGE, BLOCK})
    @Deviates(runtime = Flavour.RUNC, cases = "'shares': (512|1024)", reason = "the former formula, linear in shares")
    @Deviates(runtime = Flavour.RUNC, cases = "'idle'", reason = "idle and burst are not known to 1.1")
    @Deviates(
            runtime = Flavour.RUNC,
            cases = "hugepageLimits",
            reason = "pids 0 is none or 1, reservations are not known to 1.1")
    @Deviates(runtime = Flavour.CRUN, cases = "'shares': (512|1024)", reason = "the former formula, linear in shares")
    @Deviates(runtime = Flavour.CRUN, cases = "'idle'", reason = "burst is not known to 1.8")
    @Deviates(
            runtime = Flavour.CRUN,
            cases = "hugepageLimits",
            reason = "pids 0 is none, reservations are not known to 1.8")
    void writes(String resources, String expected, Sandbox box) {
        Container container = created(box, resources);
        assertThat(read(container, expected, box)).isEqualTo(expected(container, expected, box));
    }

    @ParameterizedTest
    @Covers({"C9", "C10", "C12", "C13", "C14", "C15", "C16", "C18", "C19", "C22", "C23", "C24", "C26", "C28"})
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {MEMORY, CPU, NONE, LEAST, MOST, NEW_CPU, ZERO, HUGE, BLOCK})
    void writesThroughUpdate(String resources, String expected, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "a runtime whose update takes every resource");
        Container container = created(box, "{}");
        update(box, container, resources);
        assertThat(read(container, expected, box)).isEqualTo(expected(container, expected, box));
    }

    private static void update(Sandbox box, Container container, String resources) {
        box.runtime("update", "--resources", "-", container.id())
                .reading(resources.replace(DEVICE, device(box)).replace('\'', '"'))
                .execute()
                .succeeded();
    }

    /** The files that are expected, as they are. */
    private static String read(Container container, String expected, Sandbox box) {
        return Stream.of(expected(container, expected, box).split(", ", -1))
                .map(pair -> pair.substring(0, pair.indexOf('=')))
                .map(name -> name + "=" + file(container, name))
                .collect(Collectors.joining(", "));
    }

    private static String expected(Container container, String expected, Sandbox box) {
        if (!expected.contains("WEIGHT")) {
            return expected;
        }
        boolean bfq = Files.exists(Cgroups.directory(container.pid()).resolve("io.bfq.weight"));
        return expected.replace("WEIGHT", bfq ? "io.bfq.weight=default 500" : "io.weight=default 4950")
                .replace("NUMBERS", disk(box));
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
    @Deviates(runtime = Flavour.RUNC, cases = "freeze", skip = true, reason = "waits for a frozen init for ever")
    @Deviates(runtime = Flavour.CRUN, cases = "freeze", skip = true, reason = "waits for a frozen init for ever")
    @Deviates(runtime = Flavour.CRUN, cases = "burst|rdma", reason = "not known to 1.8")
    @Deviates(runtime = Flavour.CRUN, reason = "refused, but the cgroup is left")
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

    /** While init waits it needs next to nothing, but even that may be taken away. */
    @Test
    @Covers("C9")
    void saysAtStartWhatBecameOfInit(Sandbox box) throws IOException {
        box.needs(box.runtime().isMinirt(), "minirt: others say only that there is no such process");
        Container container = created(box, "{'memory': {'limit': 67108864}}");
        Files.writeString(Cgroups.directory(container.pid()).resolve("memory.max"), "4096");
        container.awaitDeath();
        container
                .tryStart()
                .failed("cannot start a container that has stopped: its init was killed by the OOM killer:"
                        + " memory limit 4 KiB is too low");
    }

    /** What execve copies for the program is its own: a limit that was enough for init ends it there. */
    @Test
    @Covers({"C9", "K5"})
    void saysAtStartThatALimitIsTooLowForTheProgram(Sandbox box) throws IOException {
        box.needs(box.runtime().isMinirt(), "minirt: for others an init that is gone has been started");
        Bundle bundle = box.bundle().setJson("/linux/resources", "{'memory': {'limit': 67108864}}");
        for (int i = 0; i < 12; i++) {
            bundle.env("V" + i + "=" + "x".repeat(120_000));
        }
        Container container = box.create(bundle);
        Path cgroup = Cgroups.directory(container.pid());
        long used =
                Long.parseLong(Sandbox.read(cgroup.resolve("memory.current")).strip());
        Files.writeString(cgroup.resolve("memory.max"), Long.toString((used + 400_000) & -4096));
        container.tryStart().failed("killed by the OOM killer: memory limit ");
        assertThat(container.status()).isEqualTo("stopped");
    }

    @Test
    @Covers("C27")
    @Deviates(runtime = Flavour.CRUN, reason = "ignored")
    void limitsAnRdmaDevice(Sandbox box) {
        String device = box.name().replace('-', 'x');
        Outcome made = box.host("sh", "-c", "rdma link add " + device + " type rxe netdev lo")
                .execute();
        box.needs(
                made.code() == 0,
                "a software RDMA device (rdma(8), rdma_rxe): " + made.stderr().strip());
        try {
            Container container = created(box, "{'rdma': {'" + device + "': {'hcaHandles': 3, 'hcaObjects': 10}}}");
            assertThat(file(container, "rdma.max")).isEqualTo(device + " hca_handle=3 hca_object=10");
            if (box.runtime().isMinirt()) {
                update(box, container, "{'rdma': {'" + device + "': {'hcaObjects': 20}}}");
                assertThat(file(container, "rdma.max")).isEqualTo(device + " hca_handle=3 hca_object=20");
            }
            container.deleteForcibly().succeededPerhapsWithWarnings();
        } finally {
            box.host("rdma", "link", "delete", device).execute().succeeded();
        }
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
    void givesABusyLoopItsShare(Sandbox box) {
        Container container = box.start(box.bundle()
                .setJson("/linux/resources/cpu", "{'quota': 20000, 'period': 100000}")
                .shell("echo ready; while :; do :; done"));
        container.awaitOutput("ready");
        Path stat = Cgroups.directory(container.pid()).resolve("cpu.stat");
        long usage = counter(stat, "usage_usec");
        long periods = counter(stat, "nr_periods");
        // Of the kernel's own periods, not of a clock, which an emulated machine on a busy one keeps badly.
        assertThat(Processes.await(Duration.ofMinutes(1), () -> counter(stat, "nr_periods") - periods >= 30))
                .as("thirty periods")
                .isTrue();
        double elapsed = (counter(stat, "nr_periods") - periods) * 100_000.0;
        assertThat((counter(stat, "usage_usec") - usage) / elapsed).isBetween(0.05, 0.3);
        assertThat(counter(stat, "nr_throttled")).isPositive();
    }

    private static long counter(Path stat, String name) {
        return Sandbox.read(stat)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
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
    @Deviates(runtime = Flavour.CRUN, reason = "refused, but the cgroup is left")
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

    /** Each controller that a member needs is enabled from the root down, and beside them only those that count for statistics. */
    @Test
    @Covers("C28")
    @Deviates(runtime = Flavour.RUNC, reason = "leaves the cgroups above")
    @Deviates(runtime = Flavour.CRUN, reason = "leaves the cgroups above")
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
                    .isEqualTo("cpu io memory pids");
        }
    }
}
