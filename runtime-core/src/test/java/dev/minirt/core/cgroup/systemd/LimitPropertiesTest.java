package dev.minirt.core.cgroup.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.cgroup.limit.IfMissing;
import dev.minirt.spec.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("C3: limits as properties of a unit")
class LimitPropertiesTest {
    private static final SystemdInstance SYSTEMD = new SystemdInstance(false, "", 252);

    /** File, value, file, value ... */
    private static List<CgroupSetting> settings(String... words) {
        var settings = new ArrayList<CgroupSetting>();
        for (int i = 0; i < words.length; i += 2) {
            settings.add(new CgroupSetting("", words[i], words[i + 1], "", IfMissing.REFUSE, JsonPointer.ROOT));
        }
        return settings;
    }

    private static List<String> words(List<UnitProperty> properties) {
        return properties.stream()
                .map(property -> property.name() + "=" + property.valueWords())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            memory.max      | 1048576                | MemoryMax=1048576
            memory.max      | max                    | MemoryMax=infinity
            memory.low      | 4096                   | MemoryLow=4096
            memory.high     | 4096                   | MemoryHigh=4096
            memory.min      | 4096                   | MemoryMin=4096
            memory.swap.max | 0                      | MemorySwapMax=0
            pids.max        | 20                     | TasksMax=20
            pids.max        | max                    | TasksMax=infinity
            pids.max        | 0                      | TasksMax=1
            cpu.weight      | 39                     | CPUWeight=39
            cpu.idle        | 1                      | CPUWeight=0
            cpu.max         | 20000 100000           | CPUQuotaPerSecUSec=200000 CPUQuotaPeriodUSec=100000
            cpu.max         | 12500 100000           | CPUQuotaPerSecUSec=130000 CPUQuotaPeriodUSec=100000
            cpu.max         | 12000 100000           | CPUQuotaPerSecUSec=120000 CPUQuotaPeriodUSec=100000
            cpu.max         | 300000 100000          | CPUQuotaPerSecUSec=3000000 CPUQuotaPeriodUSec=100000
            cpu.max         | 5000                   | CPUQuotaPerSecUSec=50000 CPUQuotaPeriodUSec=100000
            cpu.max         | max 50000              | CPUQuotaPerSecUSec=infinity CPUQuotaPeriodUSec=50000
            cpuset.cpus     | 0-2,5                  | "AllowedCPUs=0 1 2 5"
            cpuset.mems     | 0                      | AllowedMemoryNodes=0
            io.weight       | 200                    | IOWeight=200
            io.weight       | default 200            | IOWeight=200
            io.weight       | 8:0 50                 | "IODeviceWeight=/dev/block/8:0 50"
            io.bfq.weight   | 100                    | IOWeight=100
            io.bfq.weight   | 1000                   | IOWeight=10000
            io.bfq.weight   | 8:16 10                | "IODeviceWeight=/dev/block/8:16 10"
            io.max          | 8:0 rbps=1000 wiops=max | "IOReadBandwidthMax=/dev/block/8:0 1000 IOWriteIOPSMax=/dev/block/8:0 infinity"
            hugetlb.2MB.max | 0                      | ""
            rdma.max        | mlx hca_handle=1       | ""
            cpu.max.burst   | 1000                   | ""
            cpu.idle        | 0                      | ""
            memory.max      | nonsense               | ""
            """)
    void areSystemdsWhereItHasThem(String file, String value, String expected) {
        assertThat(String.join(" ", words(LimitProperties.of(settings(file, value), SYSTEMD))))
                .isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void lastOneWins() {
        assertThat(words(LimitProperties.of(settings("memory.max", "1", "memory.max", "2"), SYSTEMD)))
                .containsExactly("MemoryMax=2");
        assertThat(words(LimitProperties.of(
                        settings("io.max", "8:0 rbps=1", "io.max", "8:16 rbps=2", "io.max", "8:0 rbps=3"), SYSTEMD)))
                .containsExactly("IOReadBandwidthMax=/dev/block/8:16 2 /dev/block/8:0 3");
    }

    @Test
    void olderSystemdIsNotAskedForWhatItDoesNotKnow() {
        var old = new SystemdInstance(false, "", 249);
        assertThat(LimitProperties.of(settings("cpu.idle", "1", "memory.zswap.max", "1"), old))
                .isEmpty();
        assertThat(LimitProperties.toWrite(settings("cpu.weight", "5", "cpu.idle", "1"), old))
                .hasSize(2);
    }

    @Test
    @DisplayName("C16: systemd has made the cgroup idle, and the kernel then takes no weight")
    void weightIsNotWrittenToAnIdleCgroup() {
        var settings = settings("cpu.weight", "5", "cpu.idle", "1", "pids.max", "1");
        assertThat(words(LimitProperties.of(settings, SYSTEMD))).contains("CPUWeight=0");
        assertThat(LimitProperties.toWrite(settings, SYSTEMD))
                .extracting(CgroupSetting::file)
                .containsExactly("cpu.idle", "pids.max");
    }

    @Test
    void maskIsBitsInBytes() {
        assertThat(new UnitValue.Mask(List.of(0, 1, 9)).bytes()).containsExactly(3, 2);
        assertThat(new UnitValue.Mask(List.of()).bytes()).isEmpty();
        assertThat(LimitProperties.numbers("3-1")).isNull();
        assertThat(LimitProperties.numbers("0-99999999")).isNull();
        assertThat(LimitProperties.numbers("")).isEmpty();
    }

    @Test
    @DisplayName("C26: one process is a limit that init and the process before it cannot both keep")
    void tightTasksComeLate() {
        var limits = LimitProperties.of(settings("pids.max", "1"), SYSTEMD);
        var name = ScopeName.of(java.util.Optional.empty(), "c", false);
        assertThat(words(ContainerUnit.properties(name, "d", limits, List.of())))
                .contains("TasksMax=2");
        assertThat(words(ContainerUnit.late(limits))).containsExactly("TasksMax=1");
        assertThat(ContainerUnit.late(LimitProperties.of(settings("pids.max", "2"), SYSTEMD)))
                .isEmpty();
        assertThat(ContainerUnit.late(LimitProperties.of(settings("pids.max", "max"), SYSTEMD)))
                .isEmpty();
    }

    @Test
    void annotationsReplaceDefaults() {
        var name = ScopeName.of(java.util.Optional.empty(), "c", false);
        var asked = List.of(UnitProperty.text("CollectMode", "inactive"));
        assertThat(words(ContainerUnit.properties(name, "d", List.of(), asked)))
                .contains("CollectMode=inactive", "Delegate=yes", "Slice=system.slice")
                .doesNotContain("CollectMode=inactive-or-failed");
    }
}
