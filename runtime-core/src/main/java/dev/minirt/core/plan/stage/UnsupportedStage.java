package dev.minirt.core.plan.stage;

import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;

/** Refuses what this version does not do yet: the spec forbids to ignore it (G3). */
final class UnsupportedStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var linux = spec.linux();
        refuse(builder, linux.intelRdt().isPresent(), Pointers.LINUX.child("intelRdt"));
        refuse(builder, linux.memoryPolicy().isPresent(), Pointers.LINUX.child("memoryPolicy"));
        refuse(builder, !linux.netDevices().isEmpty(), Pointers.LINUX.child("netDevices"));
    }

    private static void refuse(PlanBuilder builder, boolean asked, JsonPointer pointer) {
        if (asked) {
            builder.violation(pointer, "not supported yet");
        }
    }
}
