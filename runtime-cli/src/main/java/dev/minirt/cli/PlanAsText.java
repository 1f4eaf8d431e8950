package dev.minirt.cli;

import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.Plan;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** A plan for people: a paragraph per phase, a line per step. */
final class PlanAsText {
    private static final int WIDEST = 100;

    private PlanAsText() {}

    static String of(Plan plan) {
        var lines = new ArrayList<PlanLine>();
        int actors = 0;
        int actions = 0;
        for (var step : plan.steps()) {
            var line = PlanLine.of(step);
            lines.add(line);
            actors = Math.max(actors, line.actor().length());
            actions = Math.max(actions, line.action().length());
        }
        var text = new StringBuilder();
        @Nullable Phase phase = null;
        for (int i = 0; i < lines.size(); i++) {
            var step = plan.steps().get(i);
            if (step.phase() != phase) {
                phase = step.phase();
                text.append(text.isEmpty() ? "" : "\n").append(phase).append('\n');
            }
            var line = lines.get(i);
            text.append("  ");
            padded(text, line.actor(), actors);
            padded(text, line.action(), actions);
            text.append(Failing.oneLine(arguments(line)));
            text.append(line.pointer().isEmpty() ? "" : "  <- " + line.pointer())
                    .append('\n');
        }
        for (var warning : plan.warnings()) {
            text.append("\nwarning: ")
                    .append(Failing.oneLine(warning.toString()))
                    .append('\n');
        }
        return text.toString();
    }

    private static void padded(StringBuilder text, String word, int width) {
        text.append(word).repeat(' ', width - word.length() + 2);
    }

    private static String arguments(PlanLine line) {
        var text = new StringBuilder();
        for (var argument : line.arguments()) {
            text.append(text.isEmpty() ? "" : " ").append(argument.name()).append('=');
            var value = argument.value();
            text.append(value.length() > WIDEST ? value.substring(0, WIDEST) + "..." : value);
        }
        return text.toString();
    }
}
