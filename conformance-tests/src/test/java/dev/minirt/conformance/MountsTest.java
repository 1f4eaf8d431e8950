package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.MountEntry;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mounts}, without id-mapped ones. */
@Conformance
class MountsTest {
    private static final String SHOW_MOUNTS = "cat /proc/self/mountinfo";

    private static MountEntry mounted(Sandbox box, Bundle bundle, String target) {
        String mountinfo = box.output(bundle.shell(SHOW_MOUNTS));
        return MountEntry.at(target, mountinfo)
                .orElseThrow(() -> new AssertionError("nothing at " + target + " in " + mountinfo));
    }

    private static String[] options(String words) {
        return words.split(" ", -1);
    }

    @Test
    @Covers({"M1", "N19"})
    void makesTheDefaultFileSystems(Sandbox box) {
        String mountinfo = box.output(box.bundle().shell(SHOW_MOUNTS));
        for (String expected : List.of("/proc proc", "/sys sysfs", "/dev tmpfs", "/dev/pts devpts", "/dev/shm tmpfs")) {
            String[] words = expected.split(" ", -1);
            assertThat(MountEntry.at(words[0], mountinfo).orElseThrow().type())
                    .as(expected)
                    .isEqualTo(words[1]);
        }
    }

    @Test
    @Covers("M1")
    void mountsInTheListedOrder(Sandbox box) {
        Path source = box.directoryWith("inner", "from the bind\n");
        Bundle bundle = box.bundle()
                .mount("/mnt", "tmpfs", "tmpfs")
                .bind(source, "/mnt/sub", "bind")
                .mount("/mnt/sub/deeper", "tmpfs", "tmpfs")
                .shell("cat /mnt/sub/inner; " + SHOW_MOUNTS);
        String output = box.output(bundle);
        assertThat(output).startsWith("from the bind\n");
        assertThat(MountEntry.parse(output.substring(output.indexOf('\n') + 1)).stream()
                        .map(MountEntry::target)
                        .filter(target -> target.startsWith("/mnt")))
                .as("mountinfo has no order of its own")
                .containsExactlyInAnyOrder("/mnt", "/mnt/sub", "/mnt/sub/deeper");
    }

    @Test
    @Covers("M1")
    void stacksMountsOnOneTarget(Sandbox box) {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "first").mount("/mnt", "tmpfs", "second");
        assertThat(mounted(box, bundle, "/mnt").source()).isEqualTo("second");
    }

    @Test
    @Covers("M2")
    void makesMissingDirectoriesAndFiles(Sandbox box) {
        Path file = Sandbox.write(box.directory().resolve("file"), "a file\n");
        Bundle bundle = box.bundle()
                .mount("/new/dir/deep", "tmpfs", "tmpfs")
                .bind(file, "/other/new/file", "bind")
                .shell("[ -d /new/dir/deep ] && [ -f /other/new/file ] && cat /other/new/file");
        assertThat(box.output(bundle)).isEqualTo("a file\n");
    }

    @Test
    @Covers("M2")
    void readsARelativeDestinationAsAbsolute(Sandbox box) {
        Bundle bundle = box.bundle().mount("mnt/relative", "tmpfs", "tmpfs").shell(SHOW_MOUNTS);
        Outcome outcome = box.run(bundle);
        assertThat(outcome.code()).as(outcome.toString()).isZero();
        assertThat(MountEntry.at("/mnt/relative", outcome.stdout())).isPresent();
    }

    @ParameterizedTest
    @Covers({"M2", "CVE-2019-18837"})
    @ValueSource(strings = {"CANARY", "../../../../../../..CANARY", "/mnt/../../../../..CANARY", "/mnt/hop"})
    void confinesASymlinkedDestination(String target, Sandbox box) throws IOException {
        Bundle bundle = box.bundle();
        String canary = box.canary().toString();
        Files.createSymbolicLink(bundle.rootfs("mnt", "hop"), Path.of("../../../../../../../.." + canary));
        Files.createSymbolicLink(bundle.rootfs("mnt", "link"), Path.of(target.replace("CANARY", canary)));
        bundle.mount("/mnt/link/directory", "tmpfs", "confined").shell(SHOW_MOUNTS);
        assertThat(mounted(box, bundle, canary + "/directory").source()).isEqualTo("confined");
        assertThat(bundle.rootfs().resolve(canary.substring(1)).resolve("directory"))
                .isDirectory();
    }

    @Test
    @Covers("M3")
    void takesARelativeBindSourceFromTheBundle(Sandbox box) {
        Bundle bundle = box.bundle().bind("./shared/dir", "/mnt", "bind").shell("cat /mnt/x");
        Sandbox.write(bundle.directory().resolve("shared/dir/x"), "relative\n");
        assertThat(box.output(bundle)).isEqualTo("relative\n");
    }

    @ParameterizedTest
    @Covers("M4")
    @ValueSource(strings = {"none", "bind", "tmpfs", "ext4", ""})
    void bindsBecauseOfTheOptionNotTheType(String type, Sandbox box) {
        Path source = box.directoryWith("x", "bound\n");
        Bundle bundle =
                box.bundle().mount("/mnt", type, source.toString(), "rbind").shell("cat /mnt/x");
        assertThat(box.output(bundle)).isEqualTo("bound\n");
    }

    @Test
    @Covers("M4")
    void bindsAloneDoNotRecurse(Sandbox box) {
        Path source = hostTree(box);
        Bundle bundle = box.bundle()
                .bind(source, "/mnt/plain", "bind")
                .bind(source, "/mnt/recursive", "rbind")
                .shell("ls /mnt/plain/sub; echo -; ls /mnt/recursive/sub");
        assertThat(box.output(bundle)).isEqualTo("-\nin-sub\n");
    }

    /** A directory on the host with another file system mounted in it. */
    private static Path hostTree(Sandbox box) {
        Path source = box.hostMount(box.directory().resolve("tree"), "-t", "tmpfs", "tmpfs");
        Path sub = box.hostMount(source.resolve("sub"), "-t", "tmpfs", "tmpfs");
        Sandbox.write(sub.resolve("in-sub"), "");
        return source;
    }

    @ParameterizedTest
    @Covers("M5")
    @CsvSource(
            delimiter = '|',
            value = {
                "ro                  | ro       | rw",
                "ro rw               | rw       | ro",
                "rw ro               | ro       | rw",
                "nosuid              | nosuid   |",
                "nosuid suid         | rw       | nosuid",
                "nodev               | nodev    |",
                "nodev dev           | rw       | nodev",
                "noexec              | noexec   |",
                "noexec exec         | rw       | noexec",
                "noatime             | noatime  | relatime",
                "noatime atime       | relatime | noatime",
                "nodiratime          | nodiratime |",
                "nodiratime diratime | rw       | nodiratime",
                "relatime            | relatime | noatime",
                "strictatime         | rw       | relatime",
                "strictatime nostrictatime | relatime | noatime",
                "defaults            | rw       | ro",
                "nosuid defaults     | nosuid   |",
                "ro nosuid nodev noexec noatime | noexec | rw",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "defaults", reason = "'defaults' is sent as data")
    void setsFlagsOfANewFileSystem(String given, String present, String absent, Sandbox box) {
        MountEntry mount = mounted(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", options(given)), "/mnt");
        assertThat(mount.options()).contains(present).doesNotContain(String.valueOf(absent));
    }

    @ParameterizedTest
    @Covers("M5")
    @CsvSource(
            delimiter = '|',
            value = {
                "ro                  | ro       | rw",
                "ro rw               | rw       | ro",
                "nosuid nodev noexec | noexec   |",
                "nosuid suid         | rw       | nosuid",
                "noatime             | noatime  | relatime",
                "noatime relatime    | relatime | noatime",
                "nodiratime          | nodiratime |",
                "strictatime         | rw       | relatime",
                "defaults            | rw       | ro",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "noatime relatime", reason = "both flags are set")
    void setsFlagsOfABind(String given, String present, String absent, Sandbox box) {
        Path source = box.hostMount(box.directory().resolve("source"), "-t", "tmpfs", "tmpfs");
        Bundle bundle = box.bundle().bind(source, "/mnt", options("bind " + given));
        assertThat(mounted(box, bundle, "/mnt").options()).contains(present).doesNotContain(String.valueOf(absent));
        assertThat(MountEntry.at(source.toString(), Sandbox.read(Path.of("/proc/self/mountinfo")))
                        .orElseThrow()
                        .options())
                .as("the source keeps its flags")
                .containsExactlyInAnyOrder("rw", "relatime");
    }

    @ParameterizedTest
    @Covers("M5")
    @CsvSource({"suid, nosuid", "exec, noexec", "dev, nodev", "rw, ro", "atime, noatime"})
    @Deviates(runtime = Flavour.RUNC, reason = "a bind without flags to set is not remounted, so nothing is cleared")
    void clearsFlagsThatABindWouldInherit(String option, String inherited, Sandbox box) {
        Path source = box.hostMount(box.directory().resolve("source"), "-t", "tmpfs", "-o", inherited, "tmpfs");
        MountEntry mount = mounted(box, box.bundle().bind(source, "/mnt", "bind", option), "/mnt");
        assertThat(mount.options()).doesNotContain(inherited);
    }

    @ParameterizedTest
    @Covers("M5")
    @ValueSource(strings = {"nosuid", "noexec", "nodev"})
    @Deviates(runtime = Flavour.RUNC, reason = "the remount that sets ro clears what the source has")
    void keepsFlagsOfTheSourceThatNoOptionNames(String inherited, Sandbox box) {
        Path source = box.hostMount(box.directory().resolve("source"), "-t", "tmpfs", "-o", inherited, "tmpfs");
        MountEntry mount = mounted(box, box.bundle().bind(source, "/mnt", "bind", "ro"), "/mnt");
        assertThat(mount.options()).contains("ro", inherited);
    }

    @ParameterizedTest
    @Covers("M5")
    @ValueSource(strings = {"sync", "dirsync", "lazytime"})
    void setsFlagsOfTheSuperBlock(String option, Sandbox box) {
        MountEntry mount = mounted(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", option), "/mnt");
        assertThat(mount.superOptions()).contains(option);
    }

    @ParameterizedTest
    @Covers("M5")
    @ValueSource(
            strings = {
                "async",
                "sync async",
                "loud",
                "silent",
                "silent loud",
                "iversion",
                "noiversion",
                "nolazytime",
                "norelatime",
                "mand",
                "nomand"
            })
    void acceptsEveryNameOfTheTable(String given, Sandbox box) {
        MountEntry mount = mounted(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", options(given)), "/mnt");
        assertThat(mount.superOptions()).doesNotContain("sync");
    }

    @Test
    @Covers("M5")
    void remountsAnExistingMount(Sandbox box) {
        Bundle bundle = box.bundle()
                .mount("/mnt", "tmpfs", "tmpfs", "nosuid")
                .mount("/mnt", "tmpfs", "tmpfs", "remount", "ro", "nosuid", "nodev");
        String mountinfo = box.output(bundle.shell(SHOW_MOUNTS));
        assertThat(MountEntry.parse(mountinfo).stream()
                        .filter(mount -> mount.target().equals("/mnt")))
                .singleElement()
                .satisfies(mount -> assertThat(mount.options()).contains("ro", "nosuid", "nodev"));
    }

    @Test
    @Covers("M6")
    void passesUnknownNamesToTheFileSystem(Sandbox box) {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "tmpfs", "size=192k", "nosuid", "mode=0701", "uid=7");
        MountEntry mount = mounted(box, bundle, "/mnt");
        assertThat(mount.superOptions()).contains("size=192k", "mode=701", "uid=7");
        assertThat(mount.options()).contains("nosuid");
    }

    @Test
    @Covers("M6")
    void refusesWhatTheFileSystemRefuses(Sandbox box) {
        box.createFails(box.bundle().mount("/mnt", "tmpfs", "tmpfs", "frobnicate"), "/mounts/7", "frobnicate");
    }

    @Test
    @Covers("M6")
    void ignoresDataOnABind(Sandbox box) {
        box.create(box.bundle().bind(box.directory(), "/mnt", "bind", "size=1k"));
    }

    @ParameterizedTest
    @Covers("M7")
    @CsvSource({
        "shared, shared:",
        "rshared, shared:",
        "private, ''",
        "rprivate, ''",
        "slave, master:",
        "rslave, master:",
        "unbindable, unbindable",
        "runbindable, unbindable"
    })
    void setsPropagation(String option, String expected, Sandbox box) {
        Path source = box.hostMount(box.directory().resolve("source"), "-t", "tmpfs", "tmpfs");
        box.host("mount", "--make-shared", source.toString()).execute().succeeded();
        MountEntry mount = mounted(box, box.bundle().bind(source, "/mnt", "rbind", option), "/mnt");
        String propagation = String.join(" ", mount.propagation());
        if (expected.isEmpty()) {
            assertThat(propagation).isEmpty();
        } else {
            assertThat(propagation).contains(expected);
        }
    }

    @ParameterizedTest
    @Covers("M7")
    @CsvSource({"rslave, later", "rprivate, ''"})
    void letsHostMountsInOnlyIfAskedTo(String option, String expected, Sandbox box) {
        Path source = box.hostMount(box.directory().resolve("source"), "-t", "tmpfs", "tmpfs");
        box.host("mount", "--make-shared", source.toString()).execute().succeeded();
        Sandbox.write(source.resolve("sub/.keep"), "");
        Container container =
                box.create(box.bundle().bind(source, "/mnt", "rbind", option).shell("ls /mnt/sub"));
        Path sub = box.hostMount(source.resolve("sub"), "-t", "tmpfs", "tmpfs");
        Sandbox.write(sub.resolve("later"), "");
        container.start().awaitExit();
        assertThat(container.stdout().strip()).isEqualTo(expected);
        container.delete().succeeded();
    }

    @Test
    @Covers("M8")
    void copiesUpWhatATmpfsCovers(Sandbox box) throws IOException {
        Bundle bundle = box.bundle()
                .mount("/var/data", "tmpfs", "tmpfs", "tmpcopyup")
                .shell("cat /var/data/a /var/data/d/b; stat -c %a /var/data/a; readlink /var/data/link;"
                        + " echo changed > /var/data/d/b");
        Path file = Sandbox.write(bundle.rootfs("var", "data", "a"), "first\n");
        Sandbox.write(bundle.rootfs("var", "data", "d", "b"), "second\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        Files.createSymbolicLink(bundle.rootfs("var", "data", "link"), Path.of("/nowhere"));
        assertThat(box.output(bundle)).isEqualTo("first\nsecond\n400\n/nowhere\n");
        assertThat(Sandbox.read(bundle.rootfs("var", "data", "d", "b"))).isEqualTo("second\n");
    }

    @Test
    @Covers("M9")
    @Deviates(runtime = Flavour.CRUN, reason = "nosymfollow is sent as data")
    void mountsWithoutFollowingSymlinks(Sandbox box) {
        Bundle bundle = box.bundle()
                .mount("/mnt/a", "tmpfs", "tmpfs", "nosymfollow")
                .mount("/mnt/b", "tmpfs", "tmpfs", "nosymfollow", "symfollow")
                .shell(
                        "for d in a b; do ln -s /etc/passwd /mnt/$d/l; cat /mnt/$d/l > /dev/null && echo $d; done; true");
        Outcome outcome = box.run(bundle);
        assertThat(outcome.stdout()).as(outcome.toString()).isEqualTo("b\n");
    }

    @Test
    @Covers({"M10", "B"})
    void makesOnlyTheTopReadOnlyWithRoAndAllWithRro(Sandbox box) {
        Path source = hostTree(box);
        Bundle bundle = box.bundle()
                .bind(source, "/mnt/ro", "rbind", "ro")
                .bind(source, "/mnt/rro", "rbind", "rro")
                .shell(SHOW_MOUNTS);
        String mountinfo = box.output(bundle);
        assertThat(MountEntry.at("/mnt/ro", mountinfo).orElseThrow().options()).contains("ro");
        assertThat(MountEntry.at("/mnt/ro/sub", mountinfo).orElseThrow().options())
                .contains("rw");
        assertThat(MountEntry.at("/mnt/rro", mountinfo).orElseThrow().options()).contains("ro");
        assertThat(MountEntry.at("/mnt/rro/sub", mountinfo).orElseThrow().options())
                .contains("ro");
    }

    @ParameterizedTest
    @Covers("M10")
    @CsvSource({
        "rnosuid, nosuid, x",
        "rnodev, nodev, x",
        "rnoexec, noexec, x",
        "rnoatime, noatime, relatime",
        "rnodiratime, nodiratime, x",
        "rstrictatime, rw, relatime",
        "rrelatime, relatime, noatime",
        "rro rrw, rw, ro",
        "rnosuid rsuid, rw, nosuid",
        "rnoatime ratime, relatime, noatime",
        "rnosymfollow, nosymfollow, x",
        "rnosymfollow rsymfollow, rw, nosymfollow"
    })
    @Deviates(
            runtime = Flavour.RUNC,
            cases = "^.(8|9|10|12)]",
            reason = "a later opposite option does not take back the earlier one")
    void setsAttributesRecursively(String given, String present, String absent, Sandbox box) {
        Path source = hostTree(box);
        String mountinfo = box.output(
                box.bundle().bind(source, "/mnt", options("rbind " + given)).shell(SHOW_MOUNTS));
        for (String target : List.of("/mnt", "/mnt/sub")) {
            assertThat(MountEntry.at(target, mountinfo).orElseThrow().options())
                    .as(target)
                    .contains(present)
                    .doesNotContain(absent);
        }
    }

    @Test
    @Covers("M10")
    @Deviates(runtime = Flavour.RUNC, reason = "recursive attributes work on binds only")
    void setsRecursiveAttributesOfNewFileSystems(Sandbox box) {
        MountEntry mount = mounted(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", "rro", "rnoexec"), "/mnt");
        assertThat(mount.options()).contains("ro", "noexec");
    }

    @Test
    @Covers("M14")
    void mountsTheCgroupFileSystemReadOnly(Sandbox box) {
        box.needs(box.runtime().isMinirt() || Cgroups.isUnified(), "a host without version 1 hierarchies, for a peer");
        MountEntry mount = mounted(box, box.bundle(), "/sys/fs/cgroup");
        assertThat(mount.options()).contains("ro", "nosuid", "nodev", "noexec");
        String output = box.output(box.bundle().shell("ls /sys/fs/cgroup; mkdir /sys/fs/cgroup/x 2>&1; true"));
        assertThat(output).containsAnyOf("cgroup.procs", "memory").contains("can't create directory");
    }

    @ParameterizedTest
    @Covers({"M15", "CVE-2019-16884"})
    @Deviates(runtime = Flavour.RUNC, cases = "^.[2346]", reason = "1.1 does not look at the target of a tmpfs")
    @ValueSource(
            strings = {"/proc/self", "/proc/1/attr", "/proc/sys", "/proc/sys/kernel", "/proc/x", "/mnt/../proc/sys"})
    void refusesMountsBelowProc(String target, Sandbox box) {
        box.createFails(box.bundle().mount(target, "tmpfs", "tmpfs"), "proc");
    }

    @Test
    @Covers({"M15", "CVE-2019-16884"})
    void refusesABindOverProc(Sandbox box) {
        box.createFails(box.bundle().bind(box.canary(), "/proc", "bind"), "/proc");
    }

    @Test
    @Covers({"M15", "CVE-2019-16884"})
    void refusesATmpfsAsProc(Sandbox box) {
        box.createFails(box.bundle().withoutMount("/proc").mount("/proc", "tmpfs", "tmpfs"), "/proc");
    }

    @ParameterizedTest
    @Covers("M15")
    @ValueSource(strings = {"cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg"})
    void allowsWhatLxcfsDoes(String name, Sandbox box) {
        Path file = Sandbox.write(box.directory().resolve("fake"), "from lxcfs\n");
        Bundle bundle = box.bundle().bind(file, "/proc/" + name, "bind").shell("cat /proc/" + name);
        assertThat(box.output(bundle)).isEqualTo("from lxcfs\n");
    }

    @Test
    @Covers("M16")
    @Deviates(runtime = Flavour.RUNC, reason = "flags that the user namespace has locked are not repeated before 1.2")
    void repeatsLockedFlagsInAUserNamespace(Sandbox box) {
        Path source = box.hostMount(box.directory().resolve("source"), "-t", "tmpfs", "-o", "nosuid,nodev,noexec", "t");
        Bundle bundle = box.bundle().userNamespace().bind(source, "/mnt", "bind", "ro");
        assertThat(mounted(box, bundle, "/mnt").options()).contains("ro", "nosuid", "nodev", "noexec");
    }

    @Test
    @Covers("M16")
    void bindsASourceThatTheMappedRootCannotReach(Sandbox box) throws IOException {
        Path secret = box.directoryWith("inner/x", "reached\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
        Bundle bundle = box.bundle()
                .userNamespace()
                .bind(secret.resolve("inner"), "/mnt", "bind")
                .shell("cat /mnt/x");
        assertThat(box.output(bundle)).isEqualTo("reached\n");
    }

    @Test
    @Covers("M17")
    void letsATmpfsInheritTheModeItCovers(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "tmpfs").shell("stat -c %a /mnt");
        Files.setPosixFilePermissions(bundle.rootfs("mnt"), PosixFilePermissions.fromString("rwx--x---"));
        assertThat(box.output(bundle)).isEqualTo("710\n");
    }

    @Test
    @Covers("M17")
    @Deviates(runtime = Flavour.RUNC, reason = "the mode of what is covered wins before 1.2")
    void prefersTheModeThatIsConfigured(Sandbox box) {
        Bundle bundle =
                box.bundle().mount("/tmp", "tmpfs", "tmpfs", "mode=0750").shell("stat -c %a /tmp");
        assertThat(box.output(bundle)).isEqualTo("750\n");
    }

    @Test
    @Covers("M2")
    void refusesADirectoryOverAFile(Sandbox box) {
        box.createFails(box.bundle().bind(box.directory(), "/etc/passwd", "bind"), "/mounts/7");
    }

    @Test
    @Covers("M2")
    void refusesAFileOverADirectory(Sandbox box) {
        Path file = Sandbox.write(box.directory().resolve("file"), "");
        box.createFails(box.bundle().bind(file, "/mnt", "bind"), "/mounts/7");
    }

    @Test
    @Covers("M1")
    void refusesAnUnknownFileSystem(Sandbox box) {
        box.createFails(box.bundle().mount("/mnt", "nofs", "nofs"), "/mounts/7", "nofs");
    }

    @Test
    @Covers("M3")
    void refusesAMissingBindSource(Sandbox box) {
        Outcome outcome = box.createFails(box.bundle().bind("/nonexistent/source", "/mnt", "bind"), "/mounts/7");
        assertThat(outcome.stderr()).contains("no such file or directory");
    }

    @ParameterizedTest
    @Covers({"M1", "M6"})
    @CsvSource({"tmpfs, size=nonsense", "nofs, mode=755", "tmpfs, frobnicate"})
    @Deviates(runtime = Flavour.RUNC, reason = "makes the mount point before it tries the mount")
    void makesNoMountPointForAMountThatFails(String type, String option, Sandbox box) {
        Bundle bundle = box.bundle().mount("/not/made", type, type, option);
        box.createFails(bundle, "/mounts/7");
        assertThat(bundle.rootfs("not")).doesNotExist();
    }

    @Test
    @Covers({"M1", "M3"})
    void makesNoMountPointForASourceThatIsMissing(Sandbox box) {
        Bundle bundle = box.bundle().bind("/nonexistent/source", "/not/made", "bind");
        box.createFails(bundle, "/mounts/7");
        assertThat(bundle.rootfs("not")).doesNotExist();
    }
}
