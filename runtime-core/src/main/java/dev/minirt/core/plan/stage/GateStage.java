package dev.minirt.core.plan.stage;

import dev.minirt.core.op.AwaitStart;
import dev.minirt.core.op.HoldFile;
import dev.minirt.core.op.ListenForStart;
import dev.minirt.core.op.Ready;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.core.plan.StartGate;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;

/**
 * Parks init between create and start. A config without a process is parked like any other (P1): its init holds the
 * namespaces, and start is refused before it reaches the gate.
 */
final class GateStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var lock = builder.slot("parked");
        var listener = builder.slot("start");
        builder.add(
                Phase.OPEN_HOST_HANDLES,
                new HoldFile(options.stateDirectory() + "/" + StartGate.LOCK, lock),
                JsonPointer.ROOT);
        builder.add(
                Phase.OPEN_HOST_HANDLES,
                new ListenForStart(options.stateDirectory(), StartGate.SOCKET, listener),
                JsonPointer.ROOT);
        builder.add(Phase.READY, new Ready(), JsonPointer.ROOT);
        builder.add(Phase.AWAIT_START, new AwaitStart(listener), JsonPointer.ROOT);
    }
}
