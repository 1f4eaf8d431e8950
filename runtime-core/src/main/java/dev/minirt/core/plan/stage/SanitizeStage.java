package dev.minirt.core.plan.stage;

import dev.minirt.core.op.CloseDescriptors;
import dev.minirt.core.op.ResetSignals;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;

/** Rids the launcher of what the caller left to it: engines leak descriptors and ignored signals (P22, CVE-2024-21626). */
final class SanitizeStage implements Stage {
    private static final int FIRST_AFTER_STDIO = 3;

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        builder.add(
                Phase.SANITIZE,
                new CloseDescriptors(FIRST_AFTER_STDIO + options.preservedDescriptors()),
                JsonPointer.ROOT);
        builder.add(Phase.SANITIZE, new ResetSignals(), JsonPointer.ROOT);
    }
}
