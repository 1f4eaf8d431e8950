package dev.minirt.cli;

import dev.minirt.core.plan.Plan;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.JsonWriter;

/** A plan for programs: the steps in their order, each with phase, actor, operation, arguments and pointer. */
final class PlanAsJson {
    private PlanAsJson() {}

    static String of(Plan plan) {
        var out = new JsonWriter(JsonStyle.SPACES).beginObject().beginArray("steps");
        for (var step : plan.steps()) {
            var line = PlanLine.of(step);
            out.beginObject()
                    .member("phase", step.phase().name())
                    .member("actor", line.actor())
                    .member("action", line.action())
                    .beginObject("arguments");
            for (var argument : line.arguments()) {
                out.member(argument.name(), argument.value());
            }
            out.endObject().member("pointer", line.pointer()).endObject();
        }
        return out.endArray().texts("warnings", plan.warnings()).endObject().toText() + "\n";
    }
}
