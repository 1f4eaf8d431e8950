package dev.minirt.core.plan.stage;

import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;

/** The state of the container on the host, from its first trace to its last (runtime.md#lifecycle). */
final class StateStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var directory = options.stateDirectory();
        builder.add(Phase.RECORD, new HostAction.RecordState(directory), JsonPointer.ROOT);
        if (!spec.linux().createsNamespace(NamespaceType.MOUNT)) {
            builder.add(Phase.RECORD, new HostAction.MakeRootMountPoint(options.rootMountPoint()), Pointers.ROOT_PATH);
            builder.add(Phase.DELETED, new HostAction.DetachRoot(options.rootMountPoint()), Pointers.ROOT_PATH);
        }
        builder.add(Phase.CREATED, new HostAction.RecordCreated(), JsonPointer.ROOT);
        if (options.pidFile().isPresent()) {
            builder.add(
                    Phase.CREATED, new HostAction.WritePidFile(options.pidFile().get()), JsonPointer.ROOT);
        }
        if (spec.process().isPresent()) {
            builder.add(Phase.STARTED, new HostAction.RecordRunning(), JsonPointer.ROOT);
        }
        builder.add(Phase.DELETED, new HostAction.RemoveState(directory), JsonPointer.ROOT);
    }
}
