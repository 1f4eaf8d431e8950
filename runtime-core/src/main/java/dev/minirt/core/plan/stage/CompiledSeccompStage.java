package dev.minirt.core.plan.stage;

import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Spec;

/** A system call filter that has been compiled before, at create, which has also warned of what is odd in it. */
final class CompiledSeccompStage implements Stage {
    private final LoadSeccomp filter;

    CompiledSeccompStage(LoadSeccomp filter) {
        this.filter = filter;
    }

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isPresent()) {
            SeccompStage.add(filter, spec.process().get(), builder);
        }
    }
}
