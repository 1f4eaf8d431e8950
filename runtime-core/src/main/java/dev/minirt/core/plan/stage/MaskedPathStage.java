package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.Propagation;
import dev.minirt.core.op.MaskPath;
import dev.minirt.core.op.SetTreeAttributes;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Spec;
import java.util.HashSet;
import java.util.Set;

/** Paths to hide (N10). The cover is the runtime's own /dev/null: the container's could be anything (CVE-2025-31133). */
final class MaskedPathStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var paths = spec.linux().maskedPaths();
        if (paths.isEmpty()) {
            return;
        }
        var device = builder.slot("null device");
        builder.add(Phase.OPEN_HOST_HANDLES, DeviceNode.NULL.clone(device, false), Pointers.MASKED_PATHS);
        // Else what the container mounts on a masked file would appear on the host's /dev/null.
        builder.add(
                Phase.PREPARE_TREES,
                new SetTreeAttributes(device, false, Set.of(), Set.of(), Propagation.PRIVATE),
                Pointers.MASKED_PATHS);
        var seen = new HashSet<String>();
        for (int i = 0; i < paths.size(); i++) {
            var path = ContainerPath.clean(paths.get(i));
            if (seen.add(path)) {
                builder.add(Phase.MASKED_PATHS, new MaskPath(path, device), Pointers.MASKED_PATHS.child(i));
            }
        }
    }
}
