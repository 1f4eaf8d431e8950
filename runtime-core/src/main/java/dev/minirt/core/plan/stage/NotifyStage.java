package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.MountAttribute;
import dev.minirt.core.linux.Propagation;
import dev.minirt.core.op.AttachTree;
import dev.minirt.core.op.CloneTree;
import dev.minirt.core.op.SetTreeAttributes;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The socket at which the process tells a service manager that it is ready: sd_notify(3). Its directory is bound, since the socket itself is
 * made by whoever starts the container and passes on what is told.
 */
final class NotifyStage implements Stage {
    private static final String DIRECTORY = "/run/notify";

    /** Where the process finds the socket. */
    static final String SOCKET = DIRECTORY + "/notify.sock";

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (!options.connections().notifies()) {
            return;
        }
        var source = options.stateDirectory() + "/" + PlanOptions.NOTIFY_DIRECTORY;
        var tree = builder.slot("notify socket");
        builder.add(Phase.RECORD, new HostAction.MakeNotifyDirectory(source), JsonPointer.ROOT);
        builder.add(Phase.OPEN_HOST_HANDLES, new CloneTree(source, false, tree), JsonPointer.ROOT);
        builder.add(
                Phase.PREPARE_TREES,
                new SetTreeAttributes(
                        tree,
                        false,
                        EnumSet.of(
                                MountAttribute.RDONLY,
                                MountAttribute.NOSUID,
                                MountAttribute.NODEV,
                                MountAttribute.NOEXEC),
                        Set.of(),
                        Propagation.PRIVATE),
                JsonPointer.ROOT);
        builder.add(Phase.MOUNTS, new AttachTree(tree, DIRECTORY, false, List.of()), JsonPointer.ROOT);
    }
}
