package dev.minirt.core.plan.stage;

import dev.minirt.core.op.MakeSymlink;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;

/** The links of /dev (N18, D7; runtime-linux.md#dev-symbolic-links). */
final class DeviceLinkStage implements Stage {
    /** What the links to descriptors depend on. Not the target itself: the descriptors below it are links that lead out of the root. */
    private static final String DESCRIPTORS = "/proc/self/fd";

    private static final String PTMX = "/dev/ptmx";

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (MountStage.bindsDev(spec)) {
            return;
        }
        link(builder, "/dev/fd", "/proc/self/fd", DESCRIPTORS);
        link(builder, "/dev/stdin", "/proc/self/fd/0", DESCRIPTORS);
        link(builder, "/dev/stdout", "/proc/self/fd/1", DESCRIPTORS);
        link(builder, "/dev/stderr", "/proc/self/fd/2", DESCRIPTORS);
        link(builder, "/dev/core", "/proc/kcore", "/proc/kcore");
        if (!configHas(PTMX, spec)) {
            // A ptmx of the image belongs to another devpts.
            builder.add(Phase.DEVICE_LINKS, new MakeSymlink(PTMX, "pts/ptmx", "", true), JsonPointer.ROOT);
        }
    }

    private static void link(PlanBuilder builder, String path, String target, String requires) {
        builder.add(Phase.DEVICE_LINKS, new MakeSymlink(path, target, requires, false), JsonPointer.ROOT);
    }

    private static boolean configHas(String path, Spec spec) {
        for (var mount : spec.mounts()) {
            if (ContainerPath.clean(mount.destination()).equals(path)) {
                return true;
            }
        }
        for (var device : spec.linux().devices()) {
            if (ContainerPath.clean(device.path()).equals(path)) {
                return true;
            }
        }
        return false;
    }
}
