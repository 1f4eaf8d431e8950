package dev.minirt.core.plan.stage;

import dev.minirt.core.op.LimitInitResource;
import dev.minirt.core.op.SetResourceLimit;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.RlimitType;
import dev.minirt.spec.Spec;

/** Resource limits (P10). */
final class ResourceLimitStage implements Stage {
    /** Init needs a few descriptors of its own until it has been started. */
    private static final long DESCRIPTORS_OF_INIT = 64;

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty()) {
            return;
        }
        var limits = spec.process().get().rlimits();
        boolean mapped = spec.linux().hasNamespace(NamespaceType.USER);
        for (int i = 0; i < limits.size(); i++) {
            var limit = limits.get(i);
            var pointer = Pointers.PROCESS.child("rlimits").child(i);
            int resource = limit.type().ordinal();
            if (limit.type() == RlimitType.NOFILE
                    && Long.compareUnsigned(limit.soft(), DESCRIPTORS_OF_INIT + options.preservedDescriptors()) < 0) {
                builder.add(Phase.AWAIT_START, new SetResourceLimit(resource, limit.soft(), limit.hard()), pointer);
            } else if (mapped) {
                // Raising a hard limit takes CAP_SYS_RESOURCE over the host, which root of a user namespace lacks.
                builder.add(Phase.PROCESS, new LimitInitResource(resource, limit.soft(), limit.hard()), pointer);
            } else {
                builder.add(Phase.PROCESS, new SetResourceLimit(resource, limit.soft(), limit.hard()), pointer);
            }
        }
    }
}
