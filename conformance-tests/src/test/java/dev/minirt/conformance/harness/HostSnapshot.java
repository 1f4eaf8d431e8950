package dev.minirt.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The universal check for leftovers: what the host looked like before a test and must look like after it. Processes,
 * mounts, cgroups, the state root, shared directories and the canary files are compared.
 *
 * <p>What lies in directories that the test run shares with the rest of the host ({@code /tmp}, when it could not get
 * one of its own) is not compared, for others work there too.
 */
record HostSnapshot(List<MountEntry> mounts, Map<String, List<String>> directories, Map<String, String> canary) {
    private static final List<String> PRIVATE_DIRECTORIES = Arrays.stream(System.getenv()
                    .getOrDefault("MINIRT_TEST_PRIVATE_DIRECTORIES", "")
                    .split(":", -1))
            .filter(directory -> !directory.isEmpty())
            .toList();

    static HostSnapshot take(Sandbox sandbox) {
        Map<String, List<String>> directories = new TreeMap<>();
        for (String directory : PRIVATE_DIRECTORIES) {
            directories.put(directory, Sandbox.list(Path.of(directory)));
        }
        return new HostSnapshot(mounts(sandbox), directories, fingerprints(sandbox));
    }

    void assertUnchanged(Sandbox sandbox) {
        Processes.await(Duration.ofSeconds(2), () -> Processes.strays().isEmpty());
        assertThat(Processes.strays()).as("processes left").isEmpty();
        assertThat(Cgroups.containing(sandbox.name()))
                .as("cgroups left")
                .allMatch(cgroup -> cgroup.endsWith(sandbox.name())); // the parent, which runtimes leave to engines
        assertThat(Sandbox.list(sandbox.stateRoot()))
                .as("entries left in --root")
                .isEmpty();
        HostSnapshot after = take(sandbox);
        assertThat(after.mounts()).as("mounts of the host").containsExactlyInAnyOrderElementsOf(mounts);
        assertThat(after.directories()).as("directories of the host").isEqualTo(directories);
        assertThat(after.canary()).as("canary files of the host").isEqualTo(canary);
    }

    /** So that one test's leftovers do not spoil the next one. */
    static void killStrays() {
        for (Processes.Entry stray : Processes.strays()) {
            ProcessHandle.of(stray.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
        Processes.await(Duration.ofSeconds(2), () -> Processes.strays().isEmpty());
    }

    void unmountLeftovers(Sandbox sandbox) {
        List<MountEntry> left = new ArrayList<>(mounts(sandbox));
        left.removeAll(mounts);
        for (MountEntry mount : left.reversed()) {
            if (mount.target().contains(sandbox.name())) {
                sandbox.host("umount", "--lazy", mount.target()).execute();
            }
        }
    }

    /** All mounts when the mount namespace is ours; else those that have to do with the test. */
    private static List<MountEntry> mounts(Sandbox sandbox) {
        return MountEntry.parse(Sandbox.read(Path.of("/proc/self/mountinfo"))).stream()
                .filter(mount -> !PRIVATE_DIRECTORIES.isEmpty()
                        || mount.target().contains(sandbox.name())
                        || mount.root().contains(sandbox.name()))
                // systemd makes one for a user who has come, and takes it away some time after he has gone.
                .filter(mount -> !mount.target().startsWith("/run/user/"))
                .map(mount -> sandbox.runtime().isMinirt() ? mount : withoutCgroupOptions(mount))
                .toList();
    }

    /** Peers reset options of the hierarchy with their first container that mounts it: that is listed, once. */
    private static MountEntry withoutCgroupOptions(MountEntry mount) {
        return mount.type().equals("cgroup2") ? mount.withoutSuperOptions() : mount;
    }

    private static Map<String, String> fingerprints(Sandbox sandbox) {
        Map<String, String> result = new TreeMap<>();
        try (Stream<Path> files = Files.walk(sandbox.canary())) {
            for (Path file :
                    Stream.concat(files, Stream.of(Path.of("/dev/null"))).toList()) {
                Map<String, Object> attributes =
                        Files.readAttributes(file, "unix:ino,mode,uid,gid,rdev,size", LinkOption.NOFOLLOW_LINKS);
                String content = Files.isRegularFile(file) ? Files.readString(file) : "";
                result.put(file.toString(), new TreeMap<>(attributes) + content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result;
    }
}
