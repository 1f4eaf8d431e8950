package dev.minirt.core.plan.stage;

import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Spec;

/** The terminal of a process that joins a container (P2, P3). The console remains that of the container's first process. */
final class ExecTerminalStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty()) {
            return;
        }
        var terminal =
                ProcessTerminal.of(spec.process().get(), options.connections().terminal(), Phase.TERMINAL, builder);
        if (terminal.isPresent()) {
            terminal.get().use();
        }
    }
}
