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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces, id mappings, sysctls, masked paths and what else makes the container's view of the system. */
@Conformance
class NamespacesTest {
    private static final long SELF = ProcessHandle.current().pid();

    private static String own(String file) {
        return Processes.link(SELF, "ns/" + file);
    }

    @ParameterizedTest
    @Covers("N1")
    @CsvSource({
        "pid, pid",
        "network, net",
        "mount, mnt",
        "ipc, ipc",
        "uts, uts",
        "cgroup, cgroup",
        "user, user",
        "time, time"
    })
    @Deviates(runtime = Flavour.RUNC, cases = "time", reason = "time namespaces came with 1.2")
    void makesANewNamespaceOfEachType(String type, String file, Sandbox box) {
        Bundle bundle = box.bundle().idle();
        switch (type) {
            case "user" -> bundle.userNamespace();
            case "cgroup", "time" -> bundle.namespace(type);
            default -> assertThat(bundle.config().toString()).contains("{\"type\":\"" + type + "\"}");
        }
        Container container = box.start(bundle);
        assertThat(Processes.link(container.pid(), "ns/" + file)).isNotEqualTo(own(file));
    }

    @ParameterizedTest
    @Covers("N1")
    @CsvSource({"pid, pid", "network, net", "ipc, ipc", "uts, uts", "cgroup, cgroup", "user, user", "time, time"})
    void inheritsNamespacesThatAreNotListed(String type, String file, Sandbox box) {
        Bundle bundle = box.bundle().idle();
        if (bundle.config().toString().contains("{\"type\":\"" + type + "\"}")) {
            bundle.withoutNamespace(type);
        }
        if (type.equals("uts")) {
            bundle.remove("/hostname");
        }
        if (type.equals("ipc")) {
            bundle.withoutMount("/dev/mqueue");
        }
        if (type.equals("network")) {
            bundle.set(bundle.mountAt("/sys") + "/type", "bind")
                    .set(bundle.mountAt("/sys") + "/source", "/sys")
                    .set(bundle.mountAt("/sys") + "/options", List.of("rbind", "nosuid", "noexec", "nodev", "ro"))
                    .withoutMount("/sys/fs/cgroup");
        }
        Container container = box.start(bundle);
        assertThat(Processes.link(container.pid(), "ns/" + file)).isEqualTo(own(file));
    }

    @ParameterizedTest
    @Covers({"N2", "L11"})
    @CsvSource({
        "network, net, --net",
        "ipc, ipc, --ipc",
        "uts, uts, --uts",
        "cgroup, cgroup, --cgroup",
        "time, time_for_children, --time"
    })
    @Deviates(runtime = Flavour.RUNC, cases = "time", reason = "time namespaces came with 1.2")
    void joinsANamespaceByPath(String type, String file, String option, Sandbox box) {
        long holder = box.joinable(file, option);
        String path = "/proc/" + holder + "/ns/" + file;
        Bundle bundle = box.bundle().idle().namespace(type, path);
        if (type.equals("uts")) {
            bundle.remove("/hostname");
        }
        Container container = box.start(bundle);
        assertThat(Processes.link(container.pid(), "ns/" + file.replace("_for_children", "")))
                .isEqualTo(Processes.link(holder, "ns/" + file));
        container.destroy();
        assertThat(Processes.isAlive(holder)).isTrue();
    }

    @Test
    @Covers({"N2", "G11"})
    void setsTheHostNameOfAJoinedUtsNamespace(Sandbox box) {
        long holder = box.joinable("uts", "--uts");
        String host = Sandbox.read(Path.of("/proc/sys/kernel/hostname"));
        Bundle bundle = box.bundle().args("hostname").namespace("uts", "/proc/" + holder + "/ns/uts");
        assertThat(box.output(bundle)).isEqualTo("conformance\n");
        assertThat(Sandbox.read(Path.of("/proc/sys/kernel/hostname"))).isEqualTo(host);
    }

    @Test
    @Covers("N2")
    void joinsAPidNamespace(Sandbox box) {
        Container first = box.start(box.bundle().idle());
        Bundle bundle = box.bundle().args("sleep", "1000").namespace("pid", "/proc/" + first.pid() + "/ns/pid");
        Container second = box.start(bundle);
        assertThat(Processes.link(second.pid(), "ns/pid")).isEqualTo(Processes.link(first.pid(), "ns/pid"));
        assertThat(Processes.status(second.pid(), "NSpid"))
                .matches(second.pid() + "\t\\d+")
                .doesNotEndWith("\t1");
        second.destroy();
        assertThat(first.status()).isEqualTo("running");
    }

    @Test
    @Covers("N2")
    void joinsAMountNamespace(Sandbox box) {
        long holder = box.joinable("mnt", "--mount");
        Bundle bundle = box.bundle().idle().namespace("mount", "/proc/" + holder + "/ns/mnt");
        Container container = box.start(bundle);
        assertThat(Processes.link(container.pid(), "ns/mnt")).isEqualTo(Processes.link(holder, "ns/mnt"));
        container.awaitOutput("ready");
    }

    @Test
    @Covers({"N2", "N4", "N5"})
    void joinsAUserNamespace(Sandbox box) throws IOException {
        long holder = box.joinable("user", "--user");
        Files.writeString(Path.of("/proc/" + holder + "/uid_map"), "0 100000 65536");
        Files.writeString(Path.of("/proc/" + holder + "/gid_map"), "0 100000 65536");
        Bundle bundle = box.bundle().userNamespace().idle();
        bundle.namespace("user", "/proc/" + holder + "/ns/user");
        if (box.runtime().isMinirt()) {
            bundle.remove("/linux/uidMappings").remove("/linux/gidMappings");
        }
        Container container = box.start(bundle);
        assertThat(Processes.link(container.pid(), "ns/user")).isEqualTo(Processes.link(holder, "ns/user"));
        assertThat(Processes.status(container.pid(), "Uid")).isEqualTo("100000\t100000\t100000\t100000");
        assertThat(Processes.link(container.pid(), "ns/net")).isNotEqualTo(own("net"));
    }

    @ParameterizedTest
    @Covers("N2")
    @CsvSource({
        "network, /nonexistent/ns",
        "network, /proc/self/ns/uts",
        "uts, /etc/passwd",
        "ipc, relative/path",
        "pid, /proc/self/ns/net"
    })
    void refusesAPathThatIsNoSuchNamespace(String type, String path, Sandbox box) {
        box.createFails(box.bundle().namespace(type, path), "/linux/namespaces/4/path");
    }

    @Test
    @Covers("N3")
    void refusesADuplicateNamespace(Sandbox box) {
        box.createFails(box.bundle().namespace("ipc"), "/linux/namespaces/5");
    }

    @Test
    @Covers("N4")
    void mapsIds(Sandbox box) {
        Bundle bundle = box.bundle()
                .namespace("user")
                .setJson(
                        "/linux/uidMappings",
                        "[{'containerID': 0, 'hostID': 100000, 'size': 1000}, {'containerID': 1000, 'hostID': 300000, 'size': 2}]")
                .setJson("/linux/gidMappings", "[{'containerID': 0, 'hostID': 200000, 'size': 1001}]")
                .setJson("/process/user", "{'uid': 1001, 'gid': 1000}")
                .idle();
        Container container = box.start(bundle);
        assertThat(Processes.proc(container.pid(), "uid_map")
                        .replaceAll(" +", " ")
                        .strip())
                .isEqualTo("0 100000 1000\n 1000 300000 2");
        assertThat(Processes.proc(container.pid(), "gid_map")
                        .replaceAll(" +", " ")
                        .strip())
                .isEqualTo("0 200000 1001");
        assertThat(Processes.status(container.pid(), "Uid")).startsWith("300001\t300001\t");
        assertThat(Processes.status(container.pid(), "Gid")).startsWith("201000\t201000\t");
    }

    @Test
    @Covers("N4")
    void doesNotChangeOwnersForAUserNamespace(Sandbox box) {
        Bundle bundle =
                box.bundle().userNamespace().shell("stat -c '%u %g' /bin/busybox; id -u; cat /proc/self/setgroups");
        assertThat(box.output(bundle)).isEqualTo("65534 65534\n0\nallow\n");
    }

    @Test
    @Covers({"N4", "D1", "D7"})
    void givesAUserNamespaceItsDevices(Sandbox box) {
        Bundle bundle = box.bundle()
                .userNamespace()
                .shell("for d in null zero full random urandom; do [ -c /dev/$d ] || echo no $d; done;"
                        + " echo x > /dev/null && head -c 3 /dev/zero | wc -c");
        assertThat(box.output(bundle)).isEqualTo("3\n");
    }

    @Test
    @Covers("N5")
    @Deviates(runtime = Flavour.RUNC, reason = "mappings without a user namespace are ignored before 1.2")
    void refusesMappingsWithoutAUserNamespace(Sandbox box) {
        box.createFails(
                box.bundle()
                        .setJson("/linux/uidMappings", "[{'containerID': 0, 'hostID': 100000, 'size': 10}]")
                        .setJson("/linux/gidMappings", "[{'containerID': 0, 'hostID': 100000, 'size': 10}]"),
                "/linux/uidMappings");
    }

    @Test
    @Covers("N5")
    void refusesAUserNamespaceWithoutMappings(Sandbox box) {
        box.createFails(box.bundle().namespace("user"), "/linux/uidMappings");
    }

    @Test
    @Covers("N5")
    void refusesOverlappingMappings(Sandbox box) {
        box.createFails(
                box.bundle()
                        .userNamespace()
                        .setJson(
                                "/linux/uidMappings",
                                "[{'containerID': 0, 'hostID': 1, 'size': 10}, {'containerID': 5, 'hostID': 100, 'size': 10}]"),
                "/linux/uidMappings");
    }

    @Test
    @Covers("N6")
    @Deviates(runtime = Flavour.RUNC, reason = "time namespaces came with 1.2")
    void movesTheClocks(Sandbox box) {
        double host = Double.parseDouble(Sandbox.read(Path.of("/proc/uptime")).split(" ", -1)[0]);
        Bundle bundle = box.bundle()
                .namespace("time")
                .setJson(
                        "/linux/timeOffsets",
                        "{'monotonic': {'secs': 5000, 'nanosecs': 7}, 'boottime': {'secs': 1000000, 'nanosecs': 500}}")
                .shell("cat /proc/uptime /proc/self/timens_offsets");
        List<String> lines = box.output(bundle).lines().toList();
        double inside = Double.parseDouble(lines.getFirst().split(" ", -1)[0]);
        assertThat(inside - host).isBetween(999_999.0, 1_000_060.0);
        assertThat(lines.get(1).replaceAll(" +", " ").strip()).isEqualTo("monotonic 5000 7");
        assertThat(lines.get(2).replaceAll(" +", " ").strip()).isEqualTo("boottime 1000000 500");
    }

    @ParameterizedTest
    @Covers("N7")
    @ValueSource(strings = {"{'monotonic': {'secs': 1}}", "{'boottime': {'secs': -5}}"})
    @Deviates(runtime = Flavour.RUNC, reason = "timeOffsets are ignored before 1.2")
    void refusesOffsetsWithoutATimeNamespace(String offsets, Sandbox box) {
        box.createFails(box.bundle().setJson("/linux/timeOffsets", offsets), "/linux/timeOffsets");
    }

    @Test
    @Covers("N7")
    void refusesOffsetsOfAnUnknownClock(Sandbox box) {
        box.createFails(
                box.bundle().namespace("time").setJson("/linux/timeOffsets", "{'realtime': {'secs': 1}}"),
                "/linux/timeOffsets");
    }

    @Test
    @Covers("N8")
    void bringsLoopbackUp(Sandbox box) {
        Bundle bundle = box.bundle().shell("ifconfig lo");
        assertThat(box.output(bundle)).contains("UP LOOPBACK RUNNING").contains("127.0.0.1");
    }

    @ParameterizedTest
    @Covers("N9")
    @CsvSource({
        "shared, shared:",
        "slave, ''",
        "private, ''",
        "unbindable, unbindable",
        "rshared, shared:",
        "rslave, ''",
        "rprivate, ''"
    })
    @Deviates(runtime = Flavour.RUNC, cases = "shared|unbindable", reason = "the root is a private mount in the end")
    void setsThePropagationOfTheRoot(String propagation, String expected, Sandbox box) {
        String mountinfo = box.output(
                box.bundle().set("/linux/rootfsPropagation", propagation).shell("cat /proc/self/mountinfo"));
        String fields =
                String.join(" ", MountEntry.at("/", mountinfo).orElseThrow().propagation());
        if (expected.isEmpty()) {
            assertThat(fields).doesNotContain("shared").doesNotContain("unbindable");
        } else {
            assertThat(fields).contains(expected);
        }
    }

    @Test
    @Covers({"N10", "S8"})
    void masksFilesAndDirectories(Sandbox box) {
        Bundle bundle = box.bundle()
                .writable()
                .set(
                        "/linux/maskedPaths",
                        List.of("/etc/secret", "/var/hidden", "/nonexistent/path", "/etc/secret", "/proc/version"))
                .shell(
                        "wc -c < /etc/secret; ls -A /var/hidden | wc -l; (echo x > /var/hidden/y) 2>&1; wc -c < /proc/version;"
                                + " echo x > /etc/secret; cat /etc/secret; [ -e /nonexistent ] || echo none");
        Sandbox.write(bundle.rootfs("etc", "secret"), "the secret");
        Sandbox.write(bundle.rootfs("var", "hidden", "file"), "hidden");
        String output = box.output(bundle);
        assertThat(output)
                .startsWith("0\n0\n")
                .contains("Read-only file system")
                .endsWith("\n0\nnone\n");
        assertThat(Sandbox.read(bundle.rootfs("etc", "secret"))).isEqualTo("the secret");
    }

    @Test
    @Covers({"N11", "S8"})
    void makesPathsReadOnly(Sandbox box) {
        Bundle bundle = box.bundle()
                .writable()
                .set("/linux/readonlyPaths", List.of("/etc", "/var/file", "/nonexistent", "/etc", "/dev/shm"))
                .shell("(echo x > /etc/new) 2>&1; (echo x > /var/file) 2>&1; echo x > /var/other; cat /var/file;"
                        + " grep ' /dev/shm ' /proc/self/mountinfo | tail -n 1");
        Sandbox.write(bundle.rootfs("var", "file"), "content\n");
        List<String> lines = box.output(bundle).lines().toList();
        assertThat(lines.get(0)).contains("Read-only file system");
        assertThat(lines.get(1)).contains("Read-only file system");
        assertThat(lines.get(2)).isEqualTo("content");
        assertThat(lines.get(3)).as("flags of what was there are kept").contains("ro,", "nosuid", "nodev", "noexec");
    }

    @ParameterizedTest
    @Covers({"N10", "N11"})
    @CsvSource({"maskedPaths, relative", "readonlyPaths, also/relative"})
    @Deviates(runtime = Flavour.RUNC, reason = "relative paths are silently taken from the root")
    void refusesRelativePaths(String property, String path, Sandbox box) {
        box.createFails(box.bundle().set("/linux/" + property, List.of(path)), "/linux/" + property + "/0");
    }

    @Test
    @Covers({"N10", "N17"})
    void refusesMaskedPathsWithoutAMountNamespace(Sandbox box) {
        box.createFails(box.bundle().withoutNamespace("mount"));
    }

    @Test
    @Covers("N12")
    void refusesAMountLabelWithoutSelinux(Sandbox box) {
        box.needs(!Files.exists(Path.of("/sys/fs/selinux/enforce")), "a kernel without SELinux");
        box.createFails(
                box.bundle().set("/linux/mountLabel", "system_u:object_r:container_file_t:s0"), "/linux/mountLabel");
    }

    @Test
    @Covers("N13")
    @Deviates(runtime = Flavour.RUNC, reason = "personality came with 1.2")
    void setsThePersonality(Sandbox box) {
        box.needs(System.getProperty("os.arch").equals("amd64"), "an x86_64 host");
        assertThat(box.output(box.bundle().args("uname", "-m").setJson("/linux/personality", "{'domain': 'LINUX32'}")))
                .isEqualTo("i686\n");
        assertThat(box.output(box.bundle().args("uname", "-m").setJson("/linux/personality", "{'domain': 'LINUX'}")))
                .isEqualTo("x86_64\n");
    }

    @Test
    @Covers("N14")
    @Deviates(runtime = Flavour.RUNC, reason = "personality came with 1.2")
    @Deviates(runtime = Flavour.CRUN, reason = "flags are ignored")
    void refusesPersonalityFlags(Sandbox box) {
        box.createFails(
                box.bundle().setJson("/linux/personality", "{'domain': 'LINUX', 'flags': ['ADDR_NO_RANDOMIZE']}"),
                "/linux/personality/flags");
    }

    @ParameterizedTest
    @Covers("N15")
    @CsvSource({
        "net.ipv4.ip_forward, 1, net/ipv4/ip_forward", "net/ipv4/ip_default_ttl, 42, net/ipv4/ip_default_ttl",
        "kernel.msgmax, 9000, kernel/msgmax", "kernel.shm_rmid_forced, 1, kernel/shm_rmid_forced",
        "fs.mqueue.queues_max, 77, fs/mqueue/queues_max", "kernel.shmmni, 100, kernel/shmmni"
    })
    void setsSysctls(String key, String value, String file, Sandbox box) {
        Path host = Path.of("/proc/sys").resolve(file);
        String before = Sandbox.read(host);
        Bundle bundle = box.bundle().shell("cat /proc/sys/" + file);
        bundle.set("/linux/sysctl/" + key.replace("/", "~1"), value);
        assertThat(box.output(bundle)).isEqualTo(value + "\n");
        assertThat(Sandbox.read(host)).isEqualTo(before);
    }

    @ParameterizedTest
    @Covers({"N16", "C8"})
    @ValueSource(
            strings = {
                "kernel.panic",
                "kernel/core_pattern",
                "vm.swappiness",
                "kernel.hostname",
                "fs.file-max",
                "debug.x",
                "net.ipv4/../../kernel/panic",
                "net..ipv4",
                "kernel.nonexistent",
                "net.ipv4.nonexistent",
                "",
                "net",
                "../../etc/x",
            })
    void refusesSysctlsThatAreNotTheContainers(String key, Sandbox box) {
        String pointer = key.replace("~", "~0").replace("/", "~1");
        box.createFails(box.bundle().set("/linux/sysctl/" + pointer, "1"), "/linux/sysctl");
    }

    @ParameterizedTest
    @Covers("N16")
    @CsvSource({"network, net.ipv4.ip_forward", "ipc, kernel.shmmni"})
    void refusesSysctlsOfTheHostsNamespaces(String type, String key, Sandbox box) {
        Bundle bundle = box.bundle().withoutNamespace(type).set("/linux/sysctl/" + key, "1");
        if (type.equals("ipc")) {
            bundle.withoutMount("/dev/mqueue");
        }
        box.createFails(bundle, "/linux/sysctl");
    }

    @Test
    @Covers("N17")
    void leavesNoWayToTheOldRoot(Sandbox box) {
        String mountinfo = box.output(box.bundle().shell("cat /proc/self/mountinfo"));
        assertThat(MountEntry.parse(mountinfo))
                .as("only the container's own mounts")
                .allMatch(mount -> mount.target().matches("/|/(proc|sys|dev)(/.*)?"))
                .noneMatch(mount -> mount.target().contains("minirt-conformance"));
    }

    @Test
    @Covers("N17")
    void worksWithoutPivot(Sandbox box) {
        box.needs(box.runtime().isMinirt() || isRamfs(), "a root that cannot be pivoted, for a peer");
        assertThat(box.run(box.bundle().shell("ls /"), "--no-pivot").succeeded().stdout())
                .contains("bin")
                .doesNotContain("boot");
    }

    private static boolean isRamfs() {
        return MountEntry.at("/", Sandbox.read(Path.of("/proc/self/mountinfo")))
                .filter(mount -> mount.type().equals("rootfs"))
                .isPresent();
    }

    @Test
    @Covers("N18")
    void linksTheStandardStreams(Sandbox box) {
        String output = box.output(box.bundle().shell("for l in fd stdin stdout stderr; do readlink /dev/$l; done"));
        assertThat(output).isEqualTo("/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n");
    }

    @Test
    @Covers({"S11", "N9"})
    void hidesTheContainersMountsFromTheHost(Sandbox box) {
        String before = Sandbox.read(Path.of("/proc/self/mountinfo"));
        box.create(box.bundle().mount("/mnt", "tmpfs", "only-inside"));
        assertThat(Sandbox.read(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
    }
}
