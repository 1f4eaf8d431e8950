package dev.minirt.core.cgroup.device;

import static dev.minirt.core.cgroup.device.DeviceFilterTest.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minirt.core.KernelProbe;
import dev.minirt.spec.DeviceRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C7, C8, GHSA-g54h-m393-cpwq on the real kernel: its verifier takes the programs, and they do what the simulator says. */
class DeviceFilterKernelTest {

    @TempDir
    private Path directory;

    private KernelProbe probe;

    @BeforeEach
    void compileProbe() throws IOException {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "loading a device program takes root");
        probe = KernelProbe.compile(DeviceFilterKernelTest.class, "device-probe.c", directory);
        List<String> trivial = load(List.of());
        assumeTrue(
                !trivial.getFirst().equals("errno 1"), "bpf(2) is not permitted here: " + String.join("; ", trivial));
    }

    @Test
    void verifierAcceptsThePrograms() throws IOException {
        Random random = new Random(20260731);
        List<List<DeviceRule>> lists = new ArrayList<>(List.of(
                List.of(),
                List.of(DeviceFilterTest.DENY_ALL),
                DeviceFilterTest.docker(),
                List.of(rule(true, "a", -1, -1, "rwm")),
                List.of(rule(true, "a", -1, -1, "rwm"), rule(false, "c", 1, -1, "r")),
                List.of(rule(true, "a", 1, 3, "r"), rule(false, "a", -1, 3, "w"), rule(true, "b", -1, -1, "rwm")),
                List.of(rule(true, "c", 0xffffffffL, 0x80000000L, "rw"))));
        for (int i = 0; i < 40; i++) {
            lists.add(DeviceFilterTest.random(random, 1 + random.nextInt(30)));
        }
        for (int count : new int[] {500, 5000}) {
            List<DeviceRule> many = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                many.add(rule(i % 3 != 0, i % 2 == 0 ? "c" : "b", 300 + i, i % 7 - 1, i % 5 == 0 ? "rw" : "rwm"));
            }
            assertThat(DeviceFilter.of(many).instructions()).hasSizeGreaterThan(4 * count);
            lists.add(many);
        }
        List<DeviceRule> hardest = new ArrayList<>();
        for (int i = 0; i < 5900; i++) {
            hardest.add(rule(i % 2 == 0, "c", 300 + i / 200, i % 200, i % 3 == 0 ? "rw" : "m"));
            hardest.add(rule(true, "c", 300 + i / 200, -1, "r"));
        }
        lists.add(hardest.subList(0, 5900));
        for (List<DeviceRule> rules : lists) {
            assertThat(load(rules))
                    .as(() -> DeviceFilter.of(rules).verdicts().toString())
                    .containsExactly("loaded");
        }
    }

    @Test
    void attachedProgramDecides() throws IOException {
        Path cgroups = List.of(Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup")).stream()
                .filter(path -> Files.exists(path.resolve("cgroup.procs")) && Files.isWritable(path))
                .findFirst()
                .orElse(null);
        assumeTrue(cgroups != null, "no cgroup2 hierarchy is writable here");
        List<DeviceRule> rules = List.of(
                DeviceFilterTest.DENY_ALL,
                rule(true, "c", 1, 11, "r"),
                rule(true, "c", 4000, -1, "rwm"),
                rule(false, "c", 4000, 5, "w"),
                rule(true, "b", 4001, 1, "w"),
                rule(false, "c", 1, 3, "rwm"));
        List<String> accesses = List.of(
                "c:1:3:rw",
                "c:1:5:r",
                "c:1:1:r",
                "c:1:1:w",
                "c:1:1:m",
                "c:1:11:r",
                "c:1:11:w",
                "c:1:11:rw",
                "c:4000:1:rw",
                "c:4000:5:r",
                "c:4000:5:w",
                "c:4000:5:rw",
                "b:4000:1:r",
                "b:4001:1:w",
                "b:4001:1:r",
                "b:4001:1:rw",
                "b:8:0:m",
                "b:8:0:r",
                "c:10:229:rw",
                "c:136:999999:m");
        List<String> arguments = new ArrayList<>();
        arguments.add(cgroups.resolve(
                        "minirt-device-filter-test-" + ProcessHandle.current().pid())
                .toString());
        arguments.addAll(accesses);
        List<String> lines = probe.ask(input(rules), arguments.toArray(new String[0]));
        assertThat(lines).hasSize(accesses.size() + 1).startsWith("loaded");
        for (int i = 0; i < accesses.size(); i++) {
            String[] parts = accesses.get(i).split(":", -1);
            boolean allowed = DeviceFilterTest.reference(
                    rules,
                    parts[0].equals("b") ? 1 : 2,
                    DeviceFilterTest.bits(parts[3]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]));
            String line = lines.get(i + 1);
            assertThat(line).as(accesses.get(i)).isEqualTo(allowed ? "allowed" : "denied");
        }
    }

    private List<String> load(List<DeviceRule> rules) throws IOException {
        return probe.ask(input(rules));
    }

    private static byte[] input(List<DeviceRule> rules) {
        DeviceFilter filter = DeviceFilter.of(rules);
        byte[] program = filter.toBytes();
        return ByteBuffer.allocate(4 + program.length)
                .order(ByteOrder.nativeOrder())
                .putInt(filter.instructions().size())
                .put(program)
                .array();
    }
}
