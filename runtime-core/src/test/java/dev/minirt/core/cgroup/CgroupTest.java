package dev.minirt.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C4, C29, L11 on plain directories with the files that a kernel would put there; the conformance tests have the kernel's. */
class CgroupTest {
    @TempDir
    Path mount;

    private Cgroup cgroup(String path) {
        return new Cgroup(mount.resolve(path), new Processes(mount.resolve("proc")));
    }

    @Test
    void theJournalNamesWhatWillBeMade() throws IOException {
        Files.createDirectory(mount.resolve("a"));
        var cgroup = cgroup("a/b/c");
        assertThat(cgroup.missing())
                .containsExactly(
                        mount.resolve("a/b").toString(), mount.resolve("a/b/c").toString());
        cgroup.make();
        assertThat(cgroup.exists()).isTrue();
        assertThat(cgroup.missing()).isEmpty();
    }

    @Test
    void whatWasMadeIsRemovedAndNothingElse() throws IOException {
        Files.createDirectory(mount.resolve("a"));
        var cgroup = cgroup("a/b/c");
        var made = cgroup.missing();
        cgroup.make();
        Files.createDirectories(mount.resolve("a/b/c/nested/deeper"));
        cgroup.remove(made);
        assertThat(mount.resolve("a")).isEmptyDirectory();
        cgroup.remove(made);
    }

    @Test
    void aParentThatAnotherContainerUsesStays() throws IOException {
        var cgroup = cgroup("pod/c1");
        var made = cgroup.missing();
        cgroup.make();
        Files.createDirectory(mount.resolve("pod/c2"));
        cgroup.remove(made);
        assertThat(mount.resolve("pod/c2")).exists();
        assertThat(mount.resolve("pod/c1")).doesNotExist();
    }

    @Test
    void aCgroupThatWasThereBeforeStays() throws IOException {
        Files.createDirectory(mount.resolve("given"));
        var cgroup = cgroup("given");
        assertThat(cgroup.missing()).isEmpty();
        cgroup.make();
        cgroup.remove(List.of());
        assertThat(mount.resolve("given")).exists();
    }

    @Test
    void aCgroupWithProcessesIsRefused() throws IOException {
        Files.createDirectory(mount.resolve("given"));
        Files.writeString(mount.resolve("given/cgroup.events"), "populated 1\nfrozen 0\n");
        Files.writeString(mount.resolve("given/cgroup.procs"), "12\n13\n0\n");
        assertThatThrownBy(() -> cgroup("given").make())
                .isInstanceOf(CgroupException.class)
                .hasMessage("container's cgroup is not empty: 2 process(es) found in " + mount.resolve("given"));
        assertThat(cgroup("given").processes()).containsExactly(12, 13);
    }

    @Test
    void aFrozenCgroupIsRefused() throws IOException {
        Files.createDirectory(mount.resolve("given"));
        Files.writeString(mount.resolve("given/cgroup.events"), "populated 0\nfrozen 1\n");
        assertThatThrownBy(() -> cgroup("given").make()).hasMessageContaining("frozen");
    }

    @Test
    void controllersAreEnabledFromTheMountDownToTheParent() throws IOException {
        for (var directory : List.of("", "a", "a/b")) {
            Files.createDirectories(mount.resolve(directory));
            Files.writeString(mount.resolve(directory).resolve("cgroup.subtree_control"), "");
        }
        cgroup("a/b").enable(mount, "pids");
        assertThat(mount.resolve("cgroup.subtree_control")).hasContent("+pids");
        assertThat(mount.resolve("a/cgroup.subtree_control")).hasContent("+pids");
        assertThat(mount.resolve("a/b/cgroup.subtree_control")).isEmptyFile();
    }

    @Test
    void aLimitWithoutItsFileIsAnErrorUnlessItMayBeMissing() throws IOException {
        Files.createDirectory(mount.resolve("c"));
        cgroup("c").write("memory.swap.max", "max", true);
        assertThatThrownBy(() -> cgroup("c").write("pids.max", "5", false))
                .isInstanceOf(CgroupException.class)
                .hasMessage("write 5 to " + mount.resolve("c/pids.max") + ": no such file or directory");
        Files.writeString(mount.resolve("c/pids.max"), "");
        cgroup("c").write("pids.max", "5", false);
        assertThat(mount.resolve("c/pids.max")).hasContent("5");
    }

    @Test
    void runningOutOfMemoryIsSeen() throws IOException {
        Files.createDirectory(mount.resolve("c"));
        assertThat(cgroup("c").hasRunOutOfMemory()).isFalse();
        Files.writeString(mount.resolve("c/memory.events"), "low 0\noom 1\noom_kill 0\n");
        assertThat(cgroup("c").hasRunOutOfMemory()).isFalse();
        Files.writeString(mount.resolve("c/memory.events"), "low 0\noom 1\noom_kill 2\n");
        assertThat(cgroup("c").hasRunOutOfMemory()).isTrue();
    }
}
