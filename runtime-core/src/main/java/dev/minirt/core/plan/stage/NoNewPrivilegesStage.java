package dev.minirt.core.plan.stage;

import dev.minirt.core.op.SetNoNewPrivileges;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Spec;

/** no_new_privs (P14), just before the filter that it permits, so that startContainer hooks are free of it. */
final class NoNewPrivilegesStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isPresent() && spec.process().get().noNewPrivileges()) {
            builder.add(Phase.SECCOMP, new SetNoNewPrivileges(), Pointers.PROCESS.child("noNewPrivileges"));
        }
    }
}
