package dev.minirt.core.plan.stage;

import dev.minirt.core.cgroup.limit.CgroupLimits;
import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.cgroup.limit.PresentLimits;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.OwnCgroups;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** The container's cgroup and its limits (C1, C2, C9 to C29; config-linux.md#control-groups). */
final class CgroupStage implements Stage {
    /** The slot of the cgroup's directory. */
    static final String SLOT = "cgroup";

    /** The controllers that count what statistics show. */
    private static final List<String> ACCOUNTING = List.of("cpu", "io", "memory", "pids");

    private static final String NO_CGROUP =
            "a limit needs a cgroup, and this user may make none: neither the cgroup that we are in nor the one above it is the user's";

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var asked = spec.linux().cgroupsPath();
        var pointer = asked.isPresent() ? Pointers.LINUX.child("cgroupsPath") : JsonPointer.ROOT;
        if (facts.cgroupRoot().isEmpty()) {
            builder.violation(pointer, "no cgroup2 file system is mounted on this host, so there can be no cgroup");
        }
        var settings = settings(spec, facts, builder);
        if (options.systemd().isPresent()) {
            new UnitPlan(spec, options, facts, options.systemd().get(), builder).plan(settings, pointer);
            return;
        }
        if (asked.isPresent()) {
            check(asked.get(), pointer, builder);
        }
        var place = CgroupPath.directory(spec, options, facts);
        if (place.isEmpty()) {
            for (var setting : settings) {
                builder.violation(setting.pointer(), NO_CGROUP);
            }
            return;
        }
        var directory = place.get();
        builder.add(Phase.CGROUP, new HostAction.CreateCgroup(directory), pointer);
        account(facts, directory, builder);
        write(settings, directory, builder);
        CgroupDelegation.plan(spec, directory, facts, builder);
        builder.add(Phase.OPEN_HOST_HANDLES, new OpenCgroup(directory, builder.slot(SLOT)), pointer);
        builder.add(Phase.DELETED, new HostAction.RemoveCgroup(directory), pointer);
    }

    /** A container whose user may make no cgroup, and does not ask for one, lives without (runc and crun do the same). */
    static boolean hasCgroup(Spec spec, PlanOptions options, HostFacts facts) {
        return options.systemd().isPresent()
                || CgroupPath.directory(spec, options, facts).isPresent();
    }

    /** Engines show what every container uses, limited or not. */
    private static void account(HostFacts facts, String directory, PlanBuilder builder) {
        var present = new ArrayList<String>();
        for (var controller : ACCOUNTING) {
            if (facts.controllers().contains(controller)) {
                present.add(controller);
            }
        }
        if (!present.isEmpty()) {
            builder.add(Phase.CGROUP, new HostAction.AccountFor(present, directory), JsonPointer.ROOT);
        }
    }

    /** A path is never read as leading upwards: what a config names must not depend on what lies around it. */
    private static void check(String path, JsonPointer pointer, PlanBuilder builder) {
        int start = 0;
        for (int end = path.indexOf('/'); ; end = path.indexOf('/', start)) {
            var component = path.substring(start, end < 0 ? path.length() : end);
            if (component.equals("..")) {
                builder.violation(pointer, "must not contain \"..\"");
                return;
            }
            if (end < 0) {
                break;
            }
            start = end + 1;
        }
        var components = ContainerPath.components(path);
        if (components.isEmpty()) {
            builder.violation(pointer, "names the root of the cgroup hierarchy");
        } else if (path.startsWith("/") && components.equals(List.of(OwnCgroups.COLLECTION))) {
            builder.violation(pointer, "names the cgroup that holds those of other containers");
        }
    }

    private static List<CgroupSetting> settings(Spec spec, HostFacts facts, PlanBuilder builder) {
        if (spec.linux().resources().isEmpty()) {
            return List.of();
        }
        return CgroupLimits.of(
                spec.linux().resources().get(),
                PresentLimits.NONE,
                facts.controllers(),
                Pointers.RESOURCES,
                builder::violation);
    }

    /** Writes settings to the files of a cgroup, once the controllers that they need are enabled. */
    static void write(List<CgroupSetting> settings, String directory, PlanBuilder builder) {
        var enabled = new HashSet<String>();
        for (var setting : settings) {
            if (!setting.controller().isEmpty() && enabled.add(setting.controller())) {
                builder.add(
                        Phase.CGROUP,
                        new HostAction.EnableController(setting.controller(), directory),
                        setting.pointer());
            }
            builder.add(
                    setting.preventsBirth() ? Phase.CREATED : Phase.CGROUP,
                    new HostAction.WriteCgroupFile(setting.file(), setting.value(), setting.ifMissing()),
                    setting.pointer());
        }
    }
}
