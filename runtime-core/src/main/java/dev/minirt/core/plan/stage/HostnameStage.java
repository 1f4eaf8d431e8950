package dev.minirt.core.plan.stage;

import dev.minirt.core.op.SetDomainname;
import dev.minirt.core.op.SetHostname;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;

/** The names of the UTS namespace (G11, G12). */
final class HostnameStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.hostname().isPresent()) {
            var pointer = JsonPointer.of("/hostname");
            needNamespace(spec, pointer, builder);
            builder.add(Phase.ISOLATE, new SetHostname(spec.hostname().get()), pointer);
        }
        if (spec.domainname().isPresent()) {
            var pointer = JsonPointer.of("/domainname");
            needNamespace(spec, pointer, builder);
            builder.add(Phase.ISOLATE, new SetDomainname(spec.domainname().get()), pointer);
        }
    }

    /** Without one, the host itself would be renamed. */
    private static void needNamespace(Spec spec, JsonPointer pointer, PlanBuilder builder) {
        if (!spec.linux().hasNamespace(NamespaceType.UTS)) {
            builder.violation(pointer, "needs a uts namespace");
        }
    }
}
