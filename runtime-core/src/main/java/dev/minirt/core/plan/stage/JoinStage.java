package dev.minirt.core.plan.stage;

import dev.minirt.core.op.CloneInit;
import dev.minirt.core.op.EnterCgroupNamespace;
import dev.minirt.core.op.EnterRoot;
import dev.minirt.core.op.JoinProcess;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.op.OpenCgroupNamespace;
import dev.minirt.core.op.OpenProcess;
import dev.minirt.core.op.OpenProcessRoot;
import dev.minirt.core.op.Slot;
import dev.minirt.core.plan.ExecTarget;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;
import java.util.Optional;
import java.util.Set;

/**
 * Joins the container: its cgroup, its namespaces and its root, all of them those of its init, and nothing of them by a path
 * that the configuration names: a caller in another mount namespace may not see it.
 */
final class JoinStage implements Stage {
    private final ExecTarget target;

    JoinStage(ExecTarget target) {
        this.target = target;
    }

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var process = builder.slot("process");
        var cgroupNamespace = builder.slot("cgroup namespace");
        var root = builder.slot("root");
        builder.add(
                Phase.OPEN_HOST_HANDLES, new OpenProcess(target.pid(), target.startTime(), process), JsonPointer.ROOT);
        Optional<Slot> cgroup = Optional.empty();
        if (target.cgroup().isPresent()) {
            cgroup = Optional.of(builder.slot(CgroupStage.SLOT));
            builder.add(Phase.OPEN_HOST_HANDLES, new OpenCgroup(target.cgroup().get(), cgroup.get()), JsonPointer.ROOT);
        }
        Optional<Slot> fallback = Optional.empty();
        if (target.fallbackCgroup().isPresent()) {
            fallback = Optional.of(builder.slot("fallback cgroup"));
            builder.add(
                    Phase.OPEN_HOST_HANDLES,
                    new OpenCgroup(target.fallbackCgroup().get(), fallback.get()),
                    JsonPointer.ROOT);
        }
        builder.add(
                Phase.OPEN_HOST_HANDLES,
                new OpenCgroupNamespace(target.pid(), process, cgroupNamespace),
                JsonPointer.ROOT);
        // A container in a mount namespace that is not its own lives in a root directory of that. Elsewhere init's root
        // directory is not asked: programs change it for their own purposes.
        boolean isolated = spec.linux().createsNamespace(NamespaceType.MOUNT);
        if (!isolated) {
            builder.add(Phase.OPEN_HOST_HANDLES, new OpenProcessRoot(target.pid(), process, root), JsonPointer.ROOT);
        }
        builder.add(Phase.JOIN_NAMESPACES, new JoinProcess(target.pid(), process, isolated), JsonPointer.ROOT);
        builder.add(Phase.CLONE, new CloneInit(Set.of(), cgroup, fallback), JsonPointer.ROOT);
        builder.add(Phase.ISOLATE, new EnterCgroupNamespace(cgroupNamespace), JsonPointer.ROOT);
        builder.add(Phase.ROOTFS, new EnterRoot(isolated ? Optional.empty() : Optional.of(root)), JsonPointer.ROOT);
        NamespaceStage.becomeRoot(spec.linux(), builder);
        if (options.pidFile().isPresent()) {
            builder.add(
                    Phase.STARTED, new HostAction.WritePidFile(options.pidFile().get()), JsonPointer.ROOT);
        }
    }
}
