package dev.minirt.core.plan.stage;

import dev.minirt.core.op.OpenProc;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;

/** A procfs of our own for what is written to /proc: the container's may be a fake (CVE-2019-16884, CVE-2025-52881). */
final class PrivateProcStage implements Stage {
    private final boolean sysctls;

    /**
     * A stage.
     *
     * @param sysctls whether the kernel parameters are to be written: not into a container that has them
     */
    PrivateProcStage(boolean sysctls) {
        this.sysctls = sysctls;
    }

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        boolean labels = spec.process().isPresent()
                && (spec.process().get().apparmorProfile().isPresent()
                        || spec.process().get().selinuxLabel().isPresent());
        if (labels || (sysctls && !spec.linux().sysctl().isEmpty())) {
            builder.add(Phase.PRIVATE_PROC, new OpenProc(), JsonPointer.ROOT);
        }
    }
}
