package dev.minirt.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The configuration that the {@code spec} command writes for people to start from: a shell on a terminal in a read-only
 * root file system, with the mounts, masks and namespaces that engines give their containers, hardly any capability, and
 * none of them inheritable.
 */
public final class DefaultSpec {
    private static final List<String> CAPABILITIES = List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");

    private DefaultSpec() {}

    /** For a container made by root. */
    public static Spec rootful() {
        List<Mount> mounts = List.of(
                proc(),
                dev(),
                mount(
                        "/dev/pts",
                        "devpts",
                        "devpts",
                        "nosuid",
                        "noexec",
                        "newinstance",
                        "ptmxmode=0666",
                        "mode=0620",
                        "gid=5"),
                shm(),
                mqueue(),
                mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
                cgroup());
        Resources resources = new Resources(
                List.of(new DeviceRule(false, DeviceRuleType.ALL, OptionalLong.empty(), OptionalLong.empty(), "rwm")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Map.of(),
                Map.of());
        return spec(
                mounts,
                linux(
                        List.of(
                                NamespaceType.PID,
                                NamespaceType.NETWORK,
                                NamespaceType.IPC,
                                NamespaceType.UTS,
                                NamespaceType.MOUNT,
                                NamespaceType.CGROUP),
                        List.of(),
                        List.of(),
                        Optional.of(resources)));
    }

    /**
     * For a container made by an ordinary user: a user namespace in which that user is root, the network of the host, its
     * {@code /sys} instead of a fresh one (which would need a network namespace), no group for terminals and no limits.
     *
     * @param uid effective user id of the caller, 0 to 4294967294
     * @param gid effective group id of the caller, 0 to 4294967294
     */
    public static Spec rootless(long uid, long gid) {
        List<Mount> mounts = List.of(
                proc(),
                dev(),
                mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
                shm(),
                mqueue(),
                mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro"),
                cgroup());
        return spec(
                mounts,
                linux(
                        List.of(
                                NamespaceType.PID,
                                NamespaceType.IPC,
                                NamespaceType.UTS,
                                NamespaceType.MOUNT,
                                NamespaceType.CGROUP,
                                NamespaceType.USER),
                        List.of(new IdMapping(0, uid, 1)),
                        List.of(new IdMapping(0, gid, 1)),
                        Optional.empty()));
    }

    private static Spec spec(List<Mount> mounts, Linux linux) {
        return new Spec(
                OciVersion.MAX.toString(),
                new Root("rootfs", true),
                mounts,
                Optional.of(process()),
                Optional.of("minirt"),
                Optional.empty(),
                Hooks.NONE,
                Map.of(),
                linux);
    }

    private static Process process() {
        return new Process(
                true,
                Optional.empty(),
                new User(0, 0, OptionalInt.empty(), List.of()),
                List.of("sh"),
                List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"),
                "/",
                // Inheritable and ambient capabilities would survive execve of a program with file capabilities or
                // a change of user: nothing for a template to hand out.
                Optional.of(new Capabilities(CAPABILITIES, CAPABILITIES, List.of(), CAPABILITIES, List.of())),
                List.of(new Rlimit(RlimitType.NOFILE, 1024, 1024)),
                true,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Linux linux(
            List<NamespaceType> namespaces,
            List<IdMapping> uidMappings,
            List<IdMapping> gidMappings,
            Optional<Resources> resources) {
        return new Linux(
                namespaces.stream()
                        .map(type -> new Namespace(type, Optional.empty()))
                        .toList(),
                uidMappings,
                gidMappings,
                Map.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                resources,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(
                        "/proc/acpi",
                        "/proc/asound",
                        "/proc/interrupts",
                        "/proc/kcore",
                        "/proc/keys",
                        "/proc/latency_stats",
                        "/proc/sched_debug",
                        "/proc/scsi",
                        "/proc/timer_list",
                        "/proc/timer_stats",
                        "/sys/devices/virtual/powercap",
                        "/sys/firmware"),
                List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"),
                Optional.empty(),
                Optional.empty());
    }

    private static Mount proc() {
        return mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
    }

    private static Mount dev() {
        return mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
    }

    private static Mount shm() {
        return mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
    }

    private static Mount mqueue() {
        return mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
    }

    private static Mount cgroup() {
        return mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
    }

    private static Mount mount(String destination, String type, String source, String... options) {
        return new Mount(destination, Optional.of(type), Optional.of(source), List.of(options), List.of(), List.of());
    }
}
