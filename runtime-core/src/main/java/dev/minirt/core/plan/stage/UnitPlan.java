package dev.minirt.core.plan.stage;

import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.cgroup.systemd.AnnotationProperties;
import dev.minirt.core.cgroup.systemd.ContainerUnit;
import dev.minirt.core.cgroup.systemd.LimitProperties;
import dev.minirt.core.cgroup.systemd.ScopeName;
import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.cgroup.systemd.UnitProperty;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The container's cgroup when systemd makes it (C3): a unit with properties for the limits, which are then written to the cgroup's files as well. */
final class UnitPlan {
    private static final JsonPointer ANNOTATIONS = JsonPointer.ROOT.child("annotations");

    private static final String TASKS = "pids.max";

    private final Spec spec;
    private final PlanOptions options;
    private final HostFacts facts;
    private final SystemdInstance systemd;
    private final PlanBuilder builder;

    UnitPlan(Spec spec, PlanOptions options, HostFacts facts, SystemdInstance systemd, PlanBuilder builder) {
        this.spec = spec;
        this.options = options;
        this.facts = facts;
        this.systemd = systemd;
        this.builder = builder;
    }

    void plan(List<CgroupSetting> settings, JsonPointer pointer) {
        ScopeName name;
        try {
            name = ScopeName.of(spec.linux().cgroupsPath(), options.id(), systemd.user());
        } catch (IllegalArgumentException e) {
            builder.violation(pointer, String.valueOf(e.getMessage()));
            name = ScopeName.of(Optional.empty(), "invalid", systemd.user());
        }
        if (systemd.version() < SystemdInstance.OLDEST) {
            builder.violation(
                    pointer, "needs systemd " + SystemdInstance.OLDEST + " or newer, this is " + systemd.version());
        }
        var directory = CgroupPath.ofUnit(name, systemd, facts);
        var limits = LimitProperties.of(settings, systemd);
        var description = ContainerUnit.description(options.id(), options.stateDirectory());
        builder.add(
                Phase.CGROUP,
                new HostAction.StartUnit(
                        name.unit(),
                        directory,
                        ContainerUnit.properties(name, description, limits, asked()),
                        !name.isSlice()),
                pointer);
        var late = ContainerUnit.late(limits);
        write(LimitProperties.toWrite(settings, systemd), !late.isEmpty(), directory);
        CgroupDelegation.plan(spec, directory, facts, builder);
        builder.add(Phase.OPEN_HOST_HANDLES, new OpenCgroup(directory, builder.slot(CgroupStage.SLOT)), pointer);
        changeLate(name, settings, late);
        builder.add(Phase.DELETED, new HostAction.StopUnit(name.unit(), directory), pointer);
    }

    private void write(List<CgroupSetting> settings, boolean tasksLate, String directory) {
        var now = new ArrayList<CgroupSetting>();
        for (var setting : settings) {
            if (!tasksLate || !setting.file().equals(TASKS)) {
                now.add(setting);
            }
        }
        CgroupStage.write(now, directory, builder);
    }

    /** A limit that leaves no room for two, the process that holds the place and init, takes effect when init is alone. */
    private void changeLate(ScopeName name, List<CgroupSetting> settings, List<UnitProperty> late) {
        if (late.isEmpty()) {
            return;
        }
        for (var setting : settings) {
            if (setting.file().equals(TASKS)) {
                builder.add(Phase.CREATED, new HostAction.SetUnitProperties(name.unit(), late), setting.pointer());
            }
        }
        for (var setting : settings) {
            if (LimitProperties.COARSE.contains(setting.file())) {
                builder.add(
                        Phase.CREATED,
                        new HostAction.WriteCgroupFile(setting.file(), setting.value(), setting.ifMissing()),
                        setting.pointer());
            }
        }
    }

    private List<UnitProperty> asked() {
        var properties = new ArrayList<UnitProperty>();
        for (var annotation : spec.annotations().entrySet()) {
            if (!AnnotationProperties.isProperty(annotation.getKey())) {
                continue;
            }
            var pointer = ANNOTATIONS.child(annotation.getKey());
            try {
                var property = AnnotationProperties.read(annotation.getKey(), annotation.getValue());
                if (property == null) {
                    builder.warn(pointer, "is ignored: annotations may not set this property of a unit");
                } else {
                    properties.add(property);
                }
            } catch (IllegalArgumentException e) {
                builder.violation(pointer, String.valueOf(e.getMessage()));
            }
        }
        return properties;
    }
}
