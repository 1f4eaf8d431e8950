package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.Capability;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Spec;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads lists of capability names. What cannot be granted is left out with a warning, as the spec wants it (P13). */
final class CapabilityNames {
    private static final Map<String, Capability> BY_NAME = new HashMap<>();

    static {
        for (var capability : Capability.values()) {
            BY_NAME.put(capability.symbol(), capability);
        }
    }

    private CapabilityNames() {}

    /** Capabilities that can be granted: in a user namespace all, else those of the caller. */
    static Set<Capability> grantable(Spec spec, HostFacts facts) {
        return spec.linux().hasNamespace(NamespaceType.USER) ? EnumSet.allOf(Capability.class) : facts.capabilities();
    }

    /** The capabilities of a list that can be granted. */
    static Set<Capability> read(
            List<String> names, JsonPointer pointer, Set<Capability> grantable, PlanBuilder builder) {
        var known = EnumSet.noneOf(Capability.class);
        for (int i = 0; i < names.size(); i++) {
            var capability = BY_NAME.get(names.get(i));
            if (capability == null) {
                builder.warn(pointer.child(i), "unknown capability " + Quoted.of(names.get(i)) + " is left out");
            } else if (!grantable.contains(capability)) {
                builder.warn(
                        pointer.child(i), capability.symbol() + " is left out: the runtime does not have it itself");
            } else {
                known.add(capability);
            }
        }
        return known;
    }
}
