package dev.minirt.core.plan.stage;

import dev.minirt.core.op.MakePathReadOnly;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Spec;
import java.util.HashSet;

/** Paths to make read-only (N11). */
final class ReadonlyPathStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var paths = spec.linux().readonlyPaths();
        var seen = new HashSet<String>();
        for (int i = 0; i < paths.size(); i++) {
            var path = ContainerPath.clean(paths.get(i));
            if (seen.add(path)) {
                builder.add(Phase.READONLY_PATHS, new MakePathReadOnly(path), Pointers.READONLY_PATHS.child(i));
            }
        }
    }
}
