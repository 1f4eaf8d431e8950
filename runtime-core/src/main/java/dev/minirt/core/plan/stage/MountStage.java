package dev.minirt.core.plan.stage;

import dev.minirt.core.mount.MountOptions;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Mount;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Spec;
import java.util.Set;

/** The mounts of config.json, in the listed order (M1 to M17, config.md#mounts). */
final class MountStage implements Stage {
    /** What lxcfs and engines cover in /proc; anything else there could fake what is written to it (M15, CVE-2019-16884). */
    private static final Set<String> COVERABLE_IN_PROC = Set.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/meminfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime",
            "/proc/loadavg",
            "/proc/slabinfo",
            "/proc/sys/kernel/ns_last_pid",
            "/proc/sys/crypto/fips_enabled");

    private static final String PROC = "/proc";

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var bindMounts = new BindMounts(spec, options, builder);
        var filesystems = new FilesystemMounts(spec, options, facts, bindMounts, builder);
        for (int i = 0; i < spec.mounts().size(); i++) {
            var mount = spec.mounts().get(i);
            var pointer = Pointers.MOUNTS.child(i);
            var read = MountOptions.of(mount.options());
            var destination = ContainerPath.clean(mount.destination());
            if (!acceptable(mount, read, destination, pointer, builder)) {
                continue;
            }
            if (read.remount()) {
                filesystems.reconfigure(read, destination, pointer);
            } else if (read.bind()) {
                bindMounts.bind(mount, read, destination, pointer);
            } else {
                filesystems.mount(mount, read, destination, pointer);
            }
        }
    }

    private static boolean acceptable(
            Mount mount, MountOptions read, String destination, JsonPointer pointer, PlanBuilder builder) {
        boolean idMapped = read.idMap()
                || !mount.uidMappings().isEmpty()
                || !mount.gidMappings().isEmpty();
        if (idMapped) {
            builder.violation(
                    mount.uidMappings().isEmpty() ? pointer.child("options") : pointer.child("uidMappings"),
                    "id-mapped mounts are not supported yet");
            return false;
        }
        if (destination.equals("/") && !read.remount()) {
            builder.violation(pointer.child("destination"), "is the root itself, which root.path gives");
            return false;
        }
        if (!read.remount() && fakesProc(mount, read, destination)) {
            builder.violation(
                    pointer.child("destination"),
                    Quoted.of(destination) + " would cover what the kernel and the runtime rely on in /proc");
            return false;
        }
        if (read.copyUp() && !(mount.type().orElse("").equals("tmpfs") && !read.bind())) {
            builder.violation(pointer.child("options"), "\"tmpcopyup\" is for mounts of type tmpfs");
            return false;
        }
        if (!read.bind() && !read.remount() && mount.type().orElse("bind").equals("bind")) {
            builder.violation(
                    pointer,
                    mount.type().isEmpty()
                            ? "needs a type, or the option \"bind\" or \"rbind\""
                            : "type \"bind\" means nothing without the option \"bind\" or \"rbind\"");
            return false;
        }
        return true;
    }

    private static boolean fakesProc(Mount mount, MountOptions read, String destination) {
        if (!ContainerPath.within(destination, PROC)) {
            return false;
        }
        if (!destination.equals(PROC)) {
            return !COVERABLE_IN_PROC.contains(destination);
        }
        boolean hostProc =
                read.bind() && ContainerPath.clean(mount.source().orElse("")).equals(PROC);
        return !hostProc && !mount.type().orElse("").equals("proc");
    }

    /** Whether the config brings a /dev of its own, which is then left as it is (D9). */
    static boolean bindsDev(Spec spec) {
        for (var mount : spec.mounts()) {
            if (ContainerPath.clean(mount.destination()).equals("/dev")
                    && MountOptions.of(mount.options()).bind()) {
                return true;
            }
        }
        return false;
    }
}
