package dev.minirt.core.cgroup.stat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.cgroup.stat.Statistics.Amount;
import dev.minirt.core.cgroup.stat.Statistics.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics from files with the content that a kernel would have. */
class StatisticsReaderTest {
    @TempDir
    Path cgroup;

    private void file(String name, String content) throws IOException {
        Files.writeString(cgroup.resolve(name), content);
    }

    private Statistics read() {
        return new StatisticsReader(cgroup).read();
    }

    @Test
    void withoutControllersThereIsWhatEveryCgroupHas() throws IOException {
        file("cpu.stat", "usage_usec 7000\nuser_usec 5000\nsystem_usec 2000\nnice_usec 0\n");
        file("cgroup.procs", "1\n2\n");
        var statistics = read();
        assertThat(statistics.cpu())
                .isEqualTo(new Statistics.Cpu(7_000_000, 5_000_000, 2_000_000, 0, 0, 0, Optional.empty()));
        assertThat(statistics.pids()).isEqualTo(new Statistics.Pids(2, 0));
        assertThat(statistics.memory().usage()).isEqualTo(Amount.NONE);
        assertThat(statistics.memory().raw()).isEmpty();
        assertThat(statistics.hugepages()).isEmpty();
        assertThat(new StatisticsReader(cgroup).outOfMemoryKills()).isZero();
    }

    @Test
    void processorTimeAndThrottling() throws IOException {
        file(
                "cpu.stat",
                "usage_usec 1\nuser_usec 1\nsystem_usec 0\nnr_periods 10\nnr_throttled 3\nthrottled_usec 25\n");
        file(
                "cpu.pressure",
                "some avg10=1.50 avg60=0.25 avg300=0.00 total=1234\nfull avg10=0.10 avg60=0.00 avg300=0.00 total=9\n");
        file("cpuset.cpus.effective", "0-2,7\n");
        file("cpuset.mems.effective", "0\n");
        var statistics = read();
        assertThat(statistics.cpu().periods()).isEqualTo(10);
        assertThat(statistics.cpu().throttledPeriods()).isEqualTo(3);
        assertThat(statistics.cpu().throttled()).isEqualTo(25_000);
        assertThat(statistics.cpu().pressure())
                .contains(new Pressure(new Pressure.Share(1.5, 0.25, 0, 1234), new Pressure.Share(0.1, 0, 0, 9)));
        assertThat(statistics.cpuset()).isEqualTo(new Statistics.Cpuset(List.of(0, 1, 2, 7), List.of(0)));
    }

    @Test
    void memoryWithSwapIsTheSumOfBoth() throws IOException {
        file("memory.current", "4096\n");
        file("memory.max", "67108864\n");
        file("memory.peak", "8192\n");
        file("memory.events", "low 0\nhigh 0\nmax 5\noom 1\noom_kill 2\n");
        file("memory.swap.current", "1024\n");
        file("memory.swap.max", "1000\n");
        file("memory.swap.events", "high 0\nmax 6\nfail 0\n");
        file("memory.stat", "anon 1\nfile 2048\nkernel 3\n");
        var memory = read().memory();
        assertThat(memory.usage()).isEqualTo(new Amount(67108864, 4096, 8192, 5));
        assertThat(memory.swap()).isEqualTo(new Amount(67109864, 5120, 0, 6));
        assertThat(memory.cache()).isEqualTo(2048);
        assertThat(memory.raw()).containsEntry("kernel", 3L);
        assertThat(new StatisticsReader(cgroup).outOfMemoryKills()).isEqualTo(2);
        file("memory.swap.max", "max\n");
        assertThat(read().memory().swap().limit()).isEqualTo(Statistics.UNLIMITED);
    }

    @Test
    void noLimitOfProcessesIsZero() throws IOException {
        file("pids.current", "3\n");
        file("pids.max", "max\n");
        assertThat(read().pids()).isEqualTo(new Statistics.Pids(3, 0));
        file("pids.max", "20\n");
        assertThat(read().pids()).isEqualTo(new Statistics.Pids(3, 20));
    }

    @Test
    void blockDevicesAndHugePages() throws IOException {
        file("io.stat", "8:0 rbytes=100 wbytes=200 rios=1 wios=2 dbytes=0 dios=0\n252:1 \n");
        file("hugetlb.2MB.current", "4194304\n");
        file("hugetlb.2MB.rsvd.current", "6291456\n");
        file("hugetlb.2MB.events", "max 4\n");
        file("hugetlb.1GB.current", "0\n");
        var statistics = read();
        assertThat(statistics.io().bytes())
                .containsExactly(new Count(8, 0, "Read", 100), new Count(8, 0, "Write", 200));
        assertThat(statistics.io().operations())
                .containsExactly(new Count(8, 0, "Read", 1), new Count(8, 0, "Write", 2));
        assertThat(statistics.hugepages())
                .containsOnlyKeys("1GB", "2MB")
                .containsEntry("2MB", new Statistics.Hugepages(6291456, 4));
    }

    @Test
    void whatIsNotUnderstoodCountsNothing() throws IOException {
        file("cpu.stat", "usage_usec many\nuser_usec\n");
        file("memory.stat", "\nfile\n");
        file("cpu.pressure", "some avg10=x total\n");
        file("cpuset.cpus.effective", "a-b,,5-\n");
        assertThat(read().cpu().total()).isZero();
        assertThat(read().cpu().pressure()).contains(new Pressure(Pressure.Share.NONE, Pressure.Share.NONE));
    }
}
