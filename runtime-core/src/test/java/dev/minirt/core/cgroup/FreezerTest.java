package dev.minirt.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The freezer on plain directories; the conformance tests have the kernel's. */
class FreezerTest {
    @TempDir
    Path mount;

    private Freezer freezer(String path) throws IOException {
        Files.createDirectories(mount.resolve(path));
        return new Freezer(mount.resolve(path));
    }

    private void file(String path, String content) throws IOException {
        Files.createDirectories(mount.resolve(path).getParent());
        Files.writeString(mount.resolve(path), content);
    }

    @Test
    void askingAndHavingAreTwoThings() throws IOException {
        file("c/cgroup.freeze", "0\n");
        file("c/cgroup.events", "populated 1\nfrozen 0\n");
        var freezer = freezer("c");
        assertThat(freezer.isAsked()).isFalse();
        freezer.freeze();
        assertThat(freezer.isAsked()).isTrue();
        assertThat(freezer.isFrozen()).isFalse();
        file("c/cgroup.events", "populated 1\nfrozen 1\n");
        assertThat(freezer.isFrozen()).isTrue();
        freezer.thaw();
        assertThat(freezer.isAsked()).isFalse();
    }

    @Test
    void aCgroupThatIsGoneIsNotFrozenAndNeedsNoThaw() throws IOException {
        var freezer = freezer("c");
        assertThat(freezer.isAsked()).isFalse();
        assertThat(freezer.isFrozen()).isFalse();
        freezer.thaw();
        assertThatThrownBy(freezer::freeze)
                .hasMessage("freeze cgroup " + mount.resolve("c") + ": no such file or directory");
    }

    @Test
    void theNearestFrozenCgroupAboveIsFound() throws IOException {
        var freezer = freezer("a/b/c");
        file("a/cgroup.freeze", "1\n");
        file("a/b/cgroup.freeze", "0\n");
        assertThat(freezer.frozenAncestor()).contains(mount.resolve("a"));
        file("a/cgroup.freeze", "0\n");
        assertThat(freezer.frozenAncestor()).isEmpty();
    }

    @Test
    void whoDoesNotFreezeIsNamedWithWhereItWaits() throws IOException {
        var freezer = freezer("c");
        file("c/cgroup.procs", "7\n8\n");
        file("proc/7/stat", "7 (dd) D" + " 0".repeat(18) + " 5 0\n");
        file("proc/7/wchan", "nfs_wait");
        file("proc/8/stat", "8 (sh) S" + " 0".repeat(18) + " 5 0\n");
        file("proc/8/wchan", "do_freezer_trap");
        assertThat(freezer.awake(new Processes(mount.resolve("proc"))))
                .isEqualTo("pid 7 (dd, state D, waits in nfs_wait)");
    }
}
