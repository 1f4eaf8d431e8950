package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.MountEntry;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container in a mount namespace of others: they notice nothing, and when it is gone nothing is left (L11, N2). */
@Conformance
class JoinedMountsTest {
    private static final String LEAVES_MOUNTS = "leaves its mounts in a joined mount namespace";

    private static final String CHANGES_ROOTS = "changes the root of everybody in a joined mount namespace";

    private static final int ROUNDS = 12;

    private static List<MountEntry> mounts(long pid) {
        return MountEntry.parse(Sandbox.read(Path.of("/proc/" + pid + "/mountinfo")));
    }

    /** A process in a mount namespace of its own, in which a script has run. */
    private static long holder(Sandbox box, String script) {
        Path ready = box.directory().resolve("ready-" + box.newId());
        long pid = box.helper(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-ec",
                        script + "\ntouch " + ready + "; exec sleep 1000")
                .pid();
        assertThat(Processes.await(Duration.ofSeconds(5), () -> Files.exists(ready)))
                .as("the holder of a mount namespace is ready")
                .isTrue();
        return pid;
    }

    private static Bundle joining(Sandbox box, long holder) {
        return box.bundle().idle().namespace("mount", "/proc/" + holder + "/ns/mnt");
    }

    @ParameterizedTest
    @Covers({"L11", "N2", "N9", "N17"})
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    @ValueSource(strings = {"private", "shared", "slave"})
    void leavesAJoinedMountNamespaceAsItWas(String propagation, Sandbox box) {
        long holder = holder(box, "mount --make-rshared /; mount --make-r" + propagation + " /");
        List<MountEntry> before = mounts(holder);
        String root = Processes.link(holder, "root");
        Container container = box.start(joining(box, holder)).awaitOutput("ready");
        List<MountEntry> during = mounts(holder);
        assertThat(during).as("what was there is as it was").containsAll(before);
        List<MountEntry> added = new ArrayList<>(during);
        added.removeAll(before);
        String place = added.getFirst().target();
        assertThat(place).startsWith(box.stateRoot().toString());
        assertThat(added)
                .as("all below one")
                .hasSizeGreaterThan(3)
                .allMatch(entry -> entry.target().startsWith(place));
        assertThat(added)
                .as("nobody is told of them")
                .allMatch(entry -> entry.propagation().stream().noneMatch(field -> field.startsWith("shared:")));
        assertThat(Processes.link(holder, "root")).isEqualTo(root);
        container.destroy();
        assertThat(mounts(holder)).containsExactlyElementsOf(before);
        assertThat(Processes.isAlive(holder)).isTrue();
    }

    @Test
    @Covers({"L11", "N9"})
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    void propagatesNothingToPeersOfAJoinedMountNamespace(Sandbox box) {
        Path ready = box.directory().resolve("peer");
        long holder = holder(
                box,
                "mount --make-rshared /; unshare --mount --propagation unchanged sh -c 'echo $$ > " + ready
                        + "; exec sleep 1000' &");
        assertThat(Processes.await(
                        Duration.ofSeconds(5),
                        () -> Files.exists(ready) && !Sandbox.read(ready).isEmpty()))
                .isTrue();
        long peer = Long.parseLong(Sandbox.read(ready).strip());
        List<MountEntry> before = mounts(peer);
        Container container = box.start(joining(box, holder)).awaitOutput("ready");
        List<MountEntry> added = new ArrayList<>(mounts(peer));
        added.removeAll(before);
        // Of the file system that the state directory is in, not of the container's.
        assertThat(added)
                .as("no more than an empty directory")
                .hasSizeLessThan(2)
                .allMatch(entry -> entry.root().endsWith(container.id() + "/root"));
        container.destroy();
        assertThat(mounts(peer)).containsExactlyElementsOf(before);
    }

    @Test
    @Covers({"L11", "N2"})
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    void joinsTheMountNamespaceOfTheHost(Sandbox box) {
        Bundle bundle = box.bundle().idle().namespace("mount", "/proc/self/ns/mnt");
        Container container = box.start(bundle).awaitOutput("ready");
        assertThat(Processes.link(container.pid(), "ns/mnt"))
                .isEqualTo(Processes.link(ProcessHandle.current().pid(), "ns/mnt"));
        container.destroy();
        box.nothingLeft();
    }

    @Test
    @Covers("L11")
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    void takesItsRootOutOfANamespaceThatDeleteIsNotIn(Sandbox box) {
        Bundle bundle = box.bundle().idle().withoutNamespace("mount");
        for (String property : List.of("maskedPaths", "readonlyPaths")) {
            bundle.remove("/linux/" + property);
        }
        Container container = box.start(bundle).awaitOutput("ready");
        container.kill("KILL").succeeded();
        container.awaitExit();
        box.runtime("delete", container.id())
                .within("unshare", "--mount", "--propagation", "private")
                .execute()
                .succeeded();
        box.nothingLeft();
    }

    @Test
    @Covers({"L11", "N2", "N4"})
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    void leavesAJoinedUserAndMountNamespaceAsItWas(Sandbox box) throws IOException {
        String own = Processes.link(ProcessHandle.current().pid(), "ns/user");
        long holder = box.helper(
                        "unshare", "--user", "--mount", "--propagation", "slave", "sh", "-c", "exec sleep 1000")
                .pid();
        assertThat(Processes.await(
                        Duration.ofSeconds(5),
                        () -> !Processes.link(holder, "ns/user").equals(own)
                                && Processes.status(holder, "Name").equals("sleep")))
                .isTrue();
        Files.writeString(Path.of("/proc/" + holder + "/uid_map"), "0 100000 65536");
        Files.writeString(Path.of("/proc/" + holder + "/gid_map"), "0 100000 65536");
        List<MountEntry> before = mounts(holder);
        Bundle bundle = joining(box, holder)
                .userNamespace()
                .namespace("user", "/proc/" + holder + "/ns/user")
                .remove("/linux/uidMappings")
                .remove("/linux/gidMappings");
        Container container = box.start(bundle).awaitOutput("ready");
        assertThat(mounts(holder)).hasSizeGreaterThan(before.size()).containsAll(before);
        container.destroy();
        assertThat(mounts(holder)).containsExactlyElementsOf(before);
    }

    @Test
    @Covers({"N2", "L11"})
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    void refusesAMountNamespaceThatDoesNotSeeTheRuntimesDirectory(Sandbox box) {
        Container first = box.start(box.bundle().idle()).awaitOutput("ready");
        List<MountEntry> before = mounts(first.pid());
        String id = box.newId();
        box.creating(joining(box, first.pid()), id).execute().failed("linux.namespaces[", "--root");
        assertThat(Sandbox.list(box.stateRoot())).doesNotContain(id);
        assertThat(mounts(first.pid())).containsExactlyElementsOf(before);
        assertThat(first.status()).isEqualTo("running");
    }

    @Test
    @Covers({"L11", "G15"})
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    void leavesNothingInAJoinedMountNamespaceWhenCreateFails(Sandbox box) {
        long holder = holder(box, "mount --make-rshared /");
        List<MountEntry> before = mounts(holder);
        box.tryCreate(joining(box, holder).hookScript("createRuntime", "exit 1"))
                .failed();
        box.tryCreate(joining(box, holder).args("/missing/program")).failed();
        box.tryCreate(joining(box, holder).mount("/m", "tmpfs", "tmpfs", "size=nonsense"))
                .failed();
        assertThat(mounts(holder)).containsExactlyElementsOf(before);
        box.nothingLeft();
    }

    @Test
    @Covers({"K1", "K3", "L11"})
    @Deviates(runtime = Flavour.RUNC, reason = CHANGES_ROOTS, skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = LEAVES_MOUNTS, skip = true)
    void leavesNothingInAJoinedMountNamespaceAfterAKilledCreate(Sandbox box) {
        long holder = holder(box, "mount --make-rshared /");
        List<MountEntry> before = mounts(holder);
        long start = System.nanoTime();
        box.create(joining(box, holder)).deleteForcibly().succeeded();
        long most = System.nanoTime() - start;
        assertThat(mounts(holder)).containsExactlyElementsOf(before);
        Random random = new Random(3);
        Bundle bundle = joining(box, holder);
        for (int i = 0; i < ROUNDS; i++) {
            String id = box.newId();
            Sandbox.Started create = box.spawn(box.creating(bundle, id));
            Processes.pause(Duration.ofNanos(random.nextLong(most)));
            create.process().destroyForcibly();
            create.await();
            box.runtime("delete", "--force", id).execute().succeededPerhapsWithWarnings();
            assertThat(mounts(holder)).as("round %s", i).containsExactlyElementsOf(before);
        }
        box.nothingLeft();
    }
}
