package dev.minirt.core.plan.stage;

import dev.minirt.core.op.WriteSysctl;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;

/** Kernel parameters of the container's namespaces (N15, N16). */
final class SysctlStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        for (var entry : spec.linux().sysctl().entrySet()) {
            var pointer = Pointers.LINUX.child("sysctl").child(entry.getKey());
            var name = SysctlName.of(entry.getKey());
            if (name == null) {
                builder.violation(pointer, "is not the name of a kernel parameter");
                continue;
            }
            if (allowed(name, spec, pointer, builder)) {
                builder.add(Phase.SYSCTL, new WriteSysctl(name.path(), entry.getValue()), pointer);
            }
        }
    }

    /** Only parameters of a namespace that the container does not share with the host. */
    private static boolean allowed(SysctlName name, Spec spec, JsonPointer pointer, PlanBuilder builder) {
        var namespace = name.namespace();
        if (namespace == null) {
            builder.violation(
                    pointer,
                    name.path().equals("kernel/hostname")
                            ? "is set by hostname"
                            : "belongs to no namespace: it would be set for the whole host");
            return false;
        }
        if (!spec.linux().hasNamespace(namespace)) {
            builder.violation(pointer, "needs a " + namespace + " namespace: it would be set for the host");
            return false;
        }
        if (namespace == NamespaceType.UTS && spec.domainname().isPresent()) {
            builder.warn(pointer, "replaces domainname");
        }
        return true;
    }
}
