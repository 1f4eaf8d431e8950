package dev.minirt.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.linux.Capability;
import dev.minirt.spec.SeccompArchitecture;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts that are read out of text. */
class HostTest {
    @TempDir
    Path directory;

    private void stat(int pid, String content) throws IOException {
        Files.writeString(
                Files.createDirectories(directory.resolve(Integer.toString(pid)))
                        .resolve("stat"),
                content);
    }

    private static String line(int pid, String name, char state, long startTime) {
        return pid + " (" + name + ") " + state + " 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 " + startTime
                + " 9 9\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "a b", ") R 1 1", "((", "x) S 4 (y"})
    void startTimeIsFoundWhateverTheProcessCallsItself(String name) throws IOException {
        stat(12, line(12, name, 'S', 4242));
        var processes = new Processes(directory);
        assertThat(processes.identity(12)).contains(new ProcessIdentity(12, 4242));
        assertThat(processes.isAlive(new ProcessIdentity(12, 4242))).isTrue();
        assertThat(processes.isAlive(new ProcessIdentity(12, 4243)))
                .as("K12: the pid was used again")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"Z,false", "X,false", "S,true", "R,true", "D,true", "T,true", "I,true"})
    void zombiesHaveEnded(char state, boolean alive) throws IOException {
        stat(12, line(12, "sh", state, 1));
        assertThat(new Processes(directory).isAlive(new ProcessIdentity(12, 1))).isEqualTo(alive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "12 (sh", "12 (sh) S", "12 (sh) S 1 2 3"})
    void whatIsNoStatIsNoProcess(String content) throws IOException {
        stat(12, content);
        assertThat(new Processes(directory).identity(12)).isEmpty();
        assertThat(new Processes(directory).identity(13)).isEmpty();
    }

    @Test
    void thisVeryProcessIsAlive() {
        var processes = new Processes(Path.of("/proc"));
        var self = processes.identity((int) ProcessHandle.current().pid()).orElseThrow();
        assertThat(processes.isAlive(self)).isTrue();
        assertThat(processes.bootId()).hasSize(36);
        assertThat(processes.describe(self.pid())).startsWith("pid " + self.pid() + " (");
    }

    @Test
    void theFirstCgroup2MountIsFoundAmongOthers() {
        var mounts = """
                22 1 0:20 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw
                23 22 0:21 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
                24 22 0:22 / /srv/cg\\040roup rw,relatime shared:9 master:1 - cgroup2 cgroup2 rw
                25 22 0:22 / /other rw - cgroup2 cgroup2 rw
                """;
        assertThat(CgroupMount.inMounts(mounts)).contains("/srv/cg roup");
        assertThat(CgroupMount.inMounts("22 1 0:20 / /cgroup2 rw - tmpfs cgroup2 rw\n"))
                .isEmpty();
        assertThat(CgroupMount.inMounts("")).isEmpty();
    }

    @Test
    void controllersAreSplitAtWhiteSpace() throws IOException {
        Files.writeString(directory.resolve("cgroup.controllers"), "cpuset cpu io\n");
        assertThat(CgroupMount.controllers(directory.toString())).containsExactly("cpuset", "cpu", "io");
        Files.writeString(directory.resolve("cgroup.controllers"), "\n");
        assertThat(CgroupMount.controllers(directory.toString())).isEmpty();
        assertThat(CgroupMount.controllers("/nonexistent")).isEmpty();
    }

    @Test
    void grantableCapabilitiesAreThePermittedOnes() {
        assertThat(HostProbe.permitted("Name:\tx\nCapInh:\tffffffffffffffff\nCapPrm:\t0000000000000021\nCapEff:\t0\n"))
                .containsExactly(Capability.CHOWN, Capability.KILL);
        assertThat(HostProbe.permitted("Name:\tx\nCapPrm:\t000001ffffffffff\n")).hasSize(41);
        assertThat(HostProbe.permitted("")).isEmpty();
    }

    @Test
    void theFirstUserNamespaceIsTheHosts() throws IOException {
        var first = Files.createSymbolicLink(directory.resolve("first"), Path.of("user:[4026531837]"));
        var other = Files.createSymbolicLink(directory.resolve("other"), Path.of("user:[4026532999]"));
        assertThat(HostProbe.isInUserNamespace(first)).isFalse();
        assertThat(HostProbe.isInUserNamespace(other)).isTrue();
        assertThat(HostProbe.isInUserNamespace(directory.resolve("none"))).isFalse();
    }

    @Test
    void machinesHaveTheirArchitectures() {
        assertThat(HostProbe.architecture("amd64")).isEqualTo(SeccompArchitecture.X86_64);
        assertThat(HostProbe.architecture("aarch64")).isEqualTo(SeccompArchitecture.AARCH64);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                999,
                951_782_400_000L,
                951_868_799_999L,
                1_709_164_800_123L,
                4_102_444_799_999L,
                1_795_299_152_374L,
                -1
            })
    void timestampsAreThoseOfJavaTime(long milliseconds) {
        var text = Timestamp.of(milliseconds);
        assertThat(Instant.parse(text)).isEqualTo(Instant.ofEpochMilli(milliseconds));
        assertThat(text).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    }

    @Test
    void everyDayOfSomeCenturiesIsRight() {
        for (long day = 0; day < 80_000; day++) {
            long noon = day * 86_400_000 + 43_200_000;
            assertThat(Timestamp.of(noon))
                    .startsWith(Instant.ofEpochMilli(noon).toString().substring(0, 10));
        }
    }

    @Test
    void reasonsAreInTheWordsThatEnginesLookFor() {
        assertThat(IoReason.of(new NoSuchFileException("/x"))).isEqualTo("no such file or directory");
        assertThat(IoReason.of(new AccessDeniedException("/x"))).isEqualTo("permission denied");
        assertThat(IoReason.of(new FileSystemException("/x", null, "Operation not permitted")))
                .isEqualTo("operation not permitted");
        assertThat(IoReason.of(new IOException("Invalid argument"))).isEqualTo("invalid argument");
    }
}
