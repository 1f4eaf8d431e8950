package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.Capability;
import dev.minirt.core.op.SetCapabilities;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;
import java.util.EnumSet;
import java.util.Set;

/**
 * The capability sets but the bounding one (P12, P13, capabilities(7)). A config without {@code process.capabilities} gets
 * empty sets: see docs/adr.
 */
final class CapabilityStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty()) {
            return;
        }
        if (spec.process().get().capabilities().isEmpty()) {
            builder.add(
                    Phase.CAPABILITIES, new SetCapabilities(Set.of(), Set.of(), Set.of(), Set.of()), Pointers.PROCESS);
            return;
        }
        var asked = spec.process().get().capabilities().get();
        var grantable = CapabilityNames.grantable(spec, facts);
        var at = Pointers.CAPABILITIES;
        var permitted = CapabilityNames.read(asked.permitted(), at.child("permitted"), grantable, builder);
        var inheritable = CapabilityNames.read(asked.inheritable(), at.child("inheritable"), grantable, builder);
        var effective = CapabilityNames.read(asked.effective(), at.child("effective"), grantable, builder);
        var ambient = CapabilityNames.read(asked.ambient(), at.child("ambient"), grantable, builder);
        // What the kernel would refuse as a whole: effective beyond permitted, ambient beyond permitted and
        // inheritable.
        limit(effective, permitted, "permitted", at.child("effective"), builder);
        limit(ambient, permitted, "permitted", at.child("ambient"), builder);
        limit(ambient, inheritable, "inheritable", at.child("ambient"), builder);
        builder.add(Phase.CAPABILITIES, new SetCapabilities(effective, permitted, inheritable, ambient), at);
    }

    private static void limit(
            Set<Capability> set, Set<Capability> bound, String name, JsonPointer pointer, PlanBuilder builder) {
        var beyond = EnumSet.noneOf(Capability.class);
        beyond.addAll(set);
        beyond.removeAll(bound);
        if (!beyond.isEmpty()) {
            var names = new StringBuilder();
            for (var capability : beyond) {
                names.append(names.isEmpty() ? "" : ", ").append(capability.symbol());
            }
            builder.warn(pointer, names + (beyond.size() == 1 ? " is" : " are") + " left out: not in " + name);
            set.removeAll(beyond);
        }
    }
}
