package dev.minirt.core.plan;

import dev.minirt.core.op.Argument;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan in words, without a format of its own: what {@code explain} prints and golden tests compare.
 *
 * @param phases the phases in which something happens, in order
 * @param warnings what is not honoured, one line each
 */
public record PlanDescription(List<PhaseText> phases, List<String> warnings) {
    public PlanDescription {
        phases = List.copyOf(phases);
        warnings = List.copyOf(warnings);
    }

    /**
     * A phase with its steps.
     *
     * @param phase the phase
     * @param steps at least one
     */
    public record PhaseText(Phase phase, List<StepText> steps) {
        public PhaseText {
            steps = List.copyOf(steps);
        }
    }

    /**
     * A step.
     *
     * @param index number of the operation in the program; -1 for something that the runtime does itself
     * @param actor who acts: launcher, init, driver or runtime
     * @param name the operation's name
     * @param arguments its arguments in words
     * @param pointer the JSON pointer of the member that asked for it; empty if it is part of every container
     */
    public record StepText(int index, String actor, String name, List<ArgumentText> arguments, String pointer) {
        public StepText {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * An argument.
     *
     * @param name its name
     * @param value its value, flags by their names
     */
    public record ArgumentText(String name, String value) {}

    /** The description of a plan. */
    public static PlanDescription of(Plan plan) {
        var phases = new ArrayList<PhaseText>();
        var steps = new ArrayList<StepText>();
        int index = 0;
        for (int i = 0; i < plan.steps().size(); i++) {
            var step = plan.steps().get(i);
            steps.add(
                    switch (step.action()) {
                        case Action.Interpreted interpreted -> interpreted(index++, interpreted, step);
                        case HostAction action -> HostActionText.of(action, step.pointer());
                    });
            boolean last =
                    i + 1 == plan.steps().size() || plan.steps().get(i + 1).phase() != step.phase();
            if (last) {
                phases.add(new PhaseText(step.phase(), steps));
                steps.clear();
            }
        }
        var warnings = new ArrayList<String>();
        plan.warnings().forEach(warning -> warnings.add(warning.toString()));
        return new PlanDescription(phases, warnings);
    }

    private static StepText interpreted(int index, Action.Interpreted action, PlannedStep step) {
        var arguments = new ArrayList<ArgumentText>();
        for (Argument argument : action.op().arguments()) {
            arguments.add(new ArgumentText(argument.name(), argument.value()));
        }
        return new StepText(
                index,
                switch (action.context()) {
                    case LAUNCHER -> "launcher";
                    case INIT -> "init";
                    case DRIVER -> "driver";
                },
                action.op().getClass().getSimpleName(),
                arguments,
                step.pointer().text());
    }

    /** The description as text: a phase per block, a step per line. */
    public String toText() {
        var text = new StringBuilder();
        for (var phase : phases) {
            text.append(phase.phase()).append('\n');
            for (var step : phase.steps()) {
                text.append("  ");
                text.append(step.index() < 0 ? "  -" : "%3d".formatted(step.index()));
                text.append(' ')
                        .append(step.actor())
                        .append(' ')
                        .append(step.name())
                        .append('(');
                var separator = "";
                for (var argument : step.arguments()) {
                    text.append(separator).append(argument.name()).append('=').append(argument.value());
                    separator = ", ";
                }
                text.append(')');
                if (!step.pointer().isEmpty()) {
                    text.append("  ").append(step.pointer());
                }
                text.append('\n');
            }
        }
        for (var warning : warnings) {
            text.append("warning: ").append(warning).append('\n');
        }
        return text.toString();
    }
}
