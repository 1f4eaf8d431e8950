package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.MountAttribute;
import dev.minirt.core.op.ChangeRoot;
import dev.minirt.core.op.MoveRoot;
import dev.minirt.core.op.PivotRoot;
import dev.minirt.core.op.SetRootAttributes;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;
import java.util.EnumSet;

/** The root becomes read-only if asked, and becomes the root (G8, N17). */
final class RootStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.root().readonly()) {
            builder.add(
                    Phase.ROOT_ATTRIBUTES,
                    new SetRootAttributes(EnumSet.of(MountAttribute.RDONLY)),
                    Pointers.ROOT_READONLY);
        }
        var change = switch (manner(spec, options)) {
            case PIVOT -> new PivotRoot();
            case MOVE -> new MoveRoot();
            case CHANGE -> new ChangeRoot();
        };
        builder.add(Phase.CHANGE_ROOT, change, Pointers.ROOT_PATH);
    }

    private enum Manner {
        PIVOT,
        MOVE,
        CHANGE
    }

    /** A mount namespace that is not new is used by others: its root stays where it is. */
    private static Manner manner(Spec spec, PlanOptions options) {
        if (!spec.linux().createsNamespace(NamespaceType.MOUNT)) {
            return Manner.CHANGE;
        }
        return options.noPivot() ? Manner.MOVE : Manner.PIVOT;
    }
}
