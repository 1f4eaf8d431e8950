package dev.minirt.core.plan;

import dev.minirt.spec.Warning;
import java.util.ArrayList;
import java.util.List;

/**
 * What will be done for a container, from nothing to its program's first instruction, and at its end.
 *
 * @param steps ordered by phase, and within a phase as the stages added them
 * @param warnings what the config asks for that is not honoured though the spec lets us go on
 * @param preservedDescriptors how many descriptors from 3 on reach the program
 */
public record Plan(List<PlannedStep> steps, List<Warning> warnings, int preservedDescriptors) {
    public Plan {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /** The steps that make up the program, in its order: operation number n of the program is element n. */
    public List<PlannedStep> program() {
        var program = new ArrayList<PlannedStep>(steps.size());
        for (var step : steps) {
            if (step.action() instanceof Action.Interpreted) {
                program.add(step);
            }
        }
        return program;
    }

    /** The host actions of a phase, in order. */
    public List<PlannedStep> hostActions(Phase phase) {
        var actions = new ArrayList<PlannedStep>();
        for (var step : steps) {
            if (step.phase() == phase && step.action() instanceof HostAction) {
                actions.add(step);
            }
        }
        return actions;
    }
}
