package dev.minirt.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.cgroup.limit.IfMissing;
import dev.minirt.core.host.Processes;
import dev.minirt.spec.JsonPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** C2: two containers that want the same cgroup. */
    @Test
    void ofSeveralThatMakeItOneIsTold() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            var cgroup = cgroup("pod" + round + "/c1");
            var winners = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 8; i++) {
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        winners.addAndGet(cgroup.make() ? 1 : 0);
                    } catch (CgroupException e) {
                        // A plain directory has no cgroup.events.
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
            assertThat(winners).hasValue(1);
        }
    }

    /** C23: whoever has asked for another size learns which there are. */
    @Test
    void aSizeOfHugePagesThatThereIsNotIsToldWithThoseThatThereAre() throws IOException {
        var cgroup = cgroup("c1");
        cgroup.make();
        for (var file : List.of("hugetlb.2MB.max", "hugetlb.2MB.rsvd.max", "hugetlb.1GB.max", "hugetlb.1GB.current")) {
            Files.createFile(mount.resolve("c1").resolve(file));
        }
        var path = mount.resolve("c1/hugetlb.3MB.max");
        assertThatThrownBy(() -> cgroup.write("hugetlb.3MB.max", "1", IfMissing.REFUSE))
                .isInstanceOf(CgroupException.class)
                .hasMessage(
                        "write 1 to " + path + ": no such file or directory; this machine has huge pages of 1GB, 2MB");
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
        cgroup("c").write("memory.swap.max", "max", IfMissing.ACCEPT);
        assertThatThrownBy(() -> cgroup("c").write("pids.max", "5", IfMissing.REFUSE))
                .isInstanceOf(CgroupException.class)
                .hasMessage("write 5 to " + mount.resolve("c/pids.max") + ": no such file or directory");
        Files.writeString(mount.resolve("c/pids.max"), "");
        cgroup("c").write("pids.max", "5", IfMissing.REFUSE);
        assertThat(mount.resolve("c/pids.max")).hasContent("5");
        Files.writeString(mount.resolve("c/io.weight"), "");
        cgroup("c").write("io.bfq.weight", "10", new IfMissing.Instead("io.weight", "1"));
        assertThat(mount.resolve("c/io.weight")).hasContent("1");
    }

    @Test
    void aControllerThatIsEnabledIsLeftAlone() throws IOException {
        Files.createDirectories(mount.resolve("a/b"));
        Files.writeString(mount.resolve("cgroup.subtree_control"), "cpuset cpu\n");
        Files.writeString(mount.resolve("a/cgroup.subtree_control"), "io\n");
        cgroup("a/b").enable(mount, "cpu");
        assertThat(mount.resolve("cgroup.subtree_control")).hasContent("cpuset cpu\n");
        assertThat(mount.resolve("a/cgroup.subtree_control")).hasContent("+cpu");
    }

    /** What cannot count is passed over: nothing depends on it. */
    @Test
    void accountsForWhatItCan() throws IOException {
        Files.createDirectories(mount.resolve("a/b/c"));
        Files.writeString(mount.resolve("cgroup.subtree_control"), "cpuset cpu memory\n");
        Files.createDirectory(mount.resolve("a/cgroup.subtree_control"));
        Files.writeString(mount.resolve("a/b/cgroup.subtree_control"), "cpu\n");
        cgroup("a/b/c").account(mount, List.of("cpu", "memory"));
        assertThat(mount.resolve("cgroup.subtree_control")).hasContent("cpuset cpu memory\n");
        assertThat(mount.resolve("a/b/cgroup.subtree_control")).hasContent("+memory");
    }

    /** Parents that were made for one container go when the last container below them does, whichever that is. */
    @Test
    void parentsGoWithTheLastContainer() {
        var one = cgroup("pod/one");
        var oneMade = one.missing();
        one.make();
        assumeTrue(CgroupFiles.isMarked(mount.resolve("pod")), "needs extended attributes");
        var other = cgroup("pod/other");
        var otherMade = other.missing();
        other.make();
        one.remove(oneMade);
        assertThat(mount.resolve("pod/other")).exists();
        other.remove(otherMade);
        assertThat(mount.resolve("pod")).doesNotExist();
        assertThat(mount).exists();
    }

    /** C6: files that are listed but absent are no failure; without a list there is one of the specification. */
    @Test
    void delegationGivesTheListedFilesAway() throws IOException {
        var list = Files.writeString(mount.resolve("delegate"), "cgroup.procs\nmemory.oom.group\n");
        assertThat(CgroupFiles.delegated(list)).containsExactly("cgroup.procs", "memory.oom.group");
        assertThat(CgroupFiles.delegated(mount.resolve("none")))
                .containsExactly("cgroup.procs", "cgroup.subtree_control", "cgroup.threads");
        assumeTrue(Files.getAttribute(mount, "unix:uid").equals(0), "needs root");
        Files.createDirectory(mount.resolve("a"));
        for (var file : List.of("cgroup.procs", "memory.max")) {
            Files.writeString(mount.resolve("a").resolve(file), "");
        }
        cgroup("a").delegate(3_000_000_000L);
        assertThat(Files.getAttribute(mount.resolve("a"), "unix:uid")).isEqualTo((int) 3_000_000_000L);
        assertThat(Files.getAttribute(mount.resolve("a/cgroup.procs"), "unix:uid"))
                .isEqualTo((int) 3_000_000_000L);
        assertThat(Files.getAttribute(mount.resolve("a/memory.max"), "unix:uid"))
                .isEqualTo(0);
    }

    @Test
    void nothingIsBornBelowAFrozenCgroup() throws IOException {
        Files.createDirectories(mount.resolve("a/b"));
        Files.writeString(mount.resolve("a/cgroup.freeze"), "1\n");
        Files.writeString(mount.resolve("a/b/cgroup.freeze"), "0\n");
        assertThatThrownBy(() -> cgroup("a/b/c").make())
                .hasMessage(
                        "cgroup " + mount.resolve("a") + " is frozen: nothing could run in " + mount.resolve("a/b/c"));
        assertThat(mount.resolve("a/b/c")).doesNotExist();
    }

    @Test
    void settingsAreAppliedInOrderAndNamedIfTheyFail() throws IOException {
        Files.createDirectories(mount.resolve("a"));
        Files.writeString(mount.resolve("cgroup.subtree_control"), "");
        for (var file : List.of("memory.max", "cgroup.max.depth")) {
            Files.writeString(mount.resolve("a").resolve(file), "");
        }
        var limits = JsonPointer.of("/linux/resources");
        var settings = List.of(
                new CgroupSetting("memory", "memory.max", "1", "max", IfMissing.REFUSE, limits.child("memory")),
                new CgroupSetting("", "cgroup.max.depth", "3", "", IfMissing.REFUSE, limits.child("unified")),
                new CgroupSetting("memory", "memory.low", "2", "0", IfMissing.REFUSE, limits.child("low")));
        assertThatThrownBy(() -> cgroup("a").apply(mount, settings))
                .isInstanceOf(LimitException.class)
                .hasMessage("linux.resources.low: write 2 to " + mount.resolve("a/memory.low")
                        + ": no such file or directory");
        assertThat(mount.resolve("a/memory.max")).hasContent("1");
        assertThat(mount.resolve("a/cgroup.max.depth")).hasContent("3");
        assertThat(mount.resolve("cgroup.subtree_control")).hasContent("+memory");
    }

    @Test
    void whatIsSetIsRead() throws IOException {
        Files.createDirectories(mount.resolve("a"));
        Files.writeString(mount.resolve("a/cpu.max"), "max 100000\n");
        Files.writeString(mount.resolve("a/memory.max"), "4096\n");
        assertThat(cgroup("a").presentLimits().files())
                .isEqualTo(Map.of("cpu.max", "max 100000", "memory.max", "4096"));
    }

    @Test
    void runningOutOfMemoryIsSeen() throws IOException {
        Files.createDirectory(mount.resolve("c"));
        assertThat(cgroup("c").memoryShortage().happened()).isFalse();
        Files.writeString(mount.resolve("c/memory.events"), "low 0\noom 1\noom_kill 0\n");
        assertThat(cgroup("c").memoryShortage().happened()).isFalse();
        Files.writeString(mount.resolve("c/memory.events"), "low 0\noom 1\noom_kill 2\n");
        assertThat(cgroup("c").memoryShortage().happened()).isTrue();
    }

    /** D6: when killing does not help, the message says whom and why. */
    @Test
    void whoSurvivesItsKillIsNamedWithWhereItWaits() throws IOException {
        var survivor = mount.resolve("c/below");
        Files.createDirectories(survivor);
        Files.writeString(mount.resolve("c/cgroup.events"), "populated 1\nfrozen 0\n");
        Files.writeString(mount.resolve("c/cgroup.kill"), "");
        Files.writeString(mount.resolve("c/cgroup.procs"), "");
        Files.writeString(survivor.resolve("cgroup.procs"), "7\n");
        var process = Files.createDirectories(mount.resolve("proc/7"));
        Files.writeString(process.resolve("stat"), "7 (dd) D" + " 0".repeat(18) + " 5 0\n");
        Files.writeString(process.resolve("wchan"), "nfs_wait");
        var impatient = new Cgroup(mount.resolve("c"), new Processes(mount.resolve("proc")), 20);
        assertThatThrownBy(impatient::empty)
                .isInstanceOf(CgroupException.class)
                .hasMessage("processes of cgroup " + mount.resolve("c")
                        + " do not end after SIGKILL: pid 7 (dd, state D, waits in nfs_wait)");
        assertThat(mount.resolve("c/cgroup.kill")).hasContent("1");
        assertThat(survivor).exists();
    }
}
