package dev.minirt.core.plan.stage;

import dev.minirt.core.op.BringUpLoopback;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;

/** A new network namespace gets its loopback interface up; a joined one is somebody else's (N8). */
final class NetworkStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.linux().createsNamespace(NamespaceType.NETWORK)) {
            builder.add(
                    Phase.ISOLATE, new BringUpLoopback(), NamespaceStage.pointer(spec.linux(), NamespaceType.NETWORK));
        }
    }
}
