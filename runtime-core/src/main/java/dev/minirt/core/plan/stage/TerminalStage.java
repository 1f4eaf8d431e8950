package dev.minirt.core.plan.stage;

import dev.minirt.core.op.AttachConsole;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Spec;

/** The terminal of a container's process, which is its console too (P2, P3, D8). */
final class TerminalStage implements Stage {
    private static final String CONSOLE = "/dev/console";

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var offer = options.connections().terminal();
        if (spec.process().isEmpty()) {
            if (offer.socket().isPresent()) {
                builder.violation(Pointers.PROCESS, "is missing, so there is no terminal for the --console-socket");
            }
            return;
        }
        var terminal = ProcessTerminal.of(spec.process().get(), offer, Phase.TERMINAL, builder);
        if (terminal.isPresent()) {
            builder.add(
                    Phase.TERMINAL,
                    new AttachConsole(terminal.get().slot(), CONSOLE),
                    Pointers.PROCESS.child("terminal"));
            terminal.get().use();
        }
    }
}
