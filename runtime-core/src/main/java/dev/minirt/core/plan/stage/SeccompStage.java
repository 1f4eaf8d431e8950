package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.op.ProbeSeccomp;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.core.seccomp.SeccompCompiler;
import dev.minirt.core.seccomp.SyscallAbi;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;

/** The system call filter (A10; S8 for its place). */
final class SeccompStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.linux().seccomp().isEmpty() || spec.process().isEmpty()) {
            return;
        }
        try {
            var filter = SeccompCompiler.compile(spec.linux().seccomp().get(), SyscallAbi.of(facts.architecture()));
            builder.add(Phase.PROCESS, new ProbeSeccomp(filter.flags()), Pointers.SECCOMP.child("flags"));
            builder.add(
                    spec.process().get().noNewPrivileges() ? Phase.SECCOMP : Phase.SECCOMP_PRIVILEGED,
                    new LoadSeccomp(filter.flags(), Bytes.of(filter.toBytes())),
                    Pointers.SECCOMP);
        } catch (SpecException e) {
            builder.violations(e.violations());
        }
    }
}
