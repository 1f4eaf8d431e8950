package dev.minirt.conformance.harness;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The check for leftovers finds what it is there to find: otherwise every test of the suite would be too kind. */
@Conformance
class HostSnapshotTest {
    @Test
    void passesWhenNothingHappened(Sandbox box) {
        box.nothingLeft();
    }

    @Test
    void findsAProcess(Sandbox box) {
        box.host("sh", "-c", "sleep 60 & exit").execute().succeeded();
        assertThatThrownBy(box::nothingLeft)
                .hasMessageContaining("processes left")
                .hasMessageContaining("sleep");
        HostSnapshot.killStrays();
    }

    @Test
    void findsAMount(Sandbox box) {
        String path = box.directoryWith("file", "").toString();
        box.host("mount", "-t", "tmpfs", "tmpfs", path).execute().succeeded();
        assertThatThrownBy(box::nothingLeft).hasMessageContaining("mounts of the host");
        box.host("umount", path).execute().succeeded();
    }

    @Test
    void findsACgroup(Sandbox box) throws IOException {
        Path cgroup = Cgroups.unified().orElseThrow().resolve(box.name() + "-x");
        Files.createDirectory(cgroup);
        assertThatThrownBy(box::nothingLeft).hasMessageContaining("cgroups left");
        Files.delete(cgroup);
    }

    @Test
    void findsAStateFile(Sandbox box) throws IOException {
        Path file = Sandbox.write(box.stateRoot().resolve("x/state.json"), "{}");
        assertThatThrownBy(box::nothingLeft).hasMessageContaining("--root");
        Files.delete(file);
        Files.delete(box.stateRoot().resolve("x"));
    }

    @Test
    void findsATouchedCanary(Sandbox box) {
        Path file = box.canary().resolve("directory/file");
        String content = Sandbox.read(file);
        Sandbox.write(file, "changed");
        assertThatThrownBy(box::nothingLeft).hasMessageContaining("canary files");
        Sandbox.write(file, content);
    }

    @Test
    void findsAFileInASharedDirectory(Sandbox box) throws IOException {
        box.needs(System.getenv("MINIRT_TEST_PRIVATE_DIRECTORIES") != null, "a mount namespace for the test run");
        Path file = Sandbox.write(Path.of("/run/left-by-" + box.name()), "");
        assertThatThrownBy(box::nothingLeft).hasMessageContaining("directories of the host");
        Files.delete(file);
    }
}
