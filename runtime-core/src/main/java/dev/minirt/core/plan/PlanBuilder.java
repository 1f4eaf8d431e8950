package dev.minirt.core.plan;

import dev.minirt.core.op.Context;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.Slot;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import dev.minirt.spec.Warning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what the stages contribute; within a phase the order of the calls is kept. */
public final class PlanBuilder {
    private static final int PHASES = Phase.values().length;

    private final List<List<PlannedStep>> steps = new ArrayList<>(PHASES);
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final List<Warning> warnings = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private boolean full;

    /** A builder without steps. */
    public PlanBuilder() {
        for (int i = 0; i < PHASES; i++) {
            steps.add(new ArrayList<>());
        }
    }

    /** Adds an operation, to be executed by the process whose phase it is, or by the only one that can. */
    public void add(Phase phase, Op op, JsonPointer pointer) {
        var contexts = op.contexts();
        var own = phase.actor() == Phase.Actor.LAUNCHER ? Context.LAUNCHER : Context.INIT;
        add(phase, contexts.contains(own) ? own : contexts.iterator().next(), op, pointer);
    }

    /** Adds an operation to be executed by a certain process. */
    public void add(Phase phase, Context context, Op op, JsonPointer pointer) {
        at(phase).add(new PlannedStep(phase, new Action.Interpreted(context, op), pointer));
    }

    /** Adds something that the runtime does itself. */
    public void add(Phase phase, HostAction action, JsonPointer pointer) {
        at(phase).add(new PlannedStep(phase, action, pointer));
    }

    private List<PlannedStep> at(Phase phase) {
        return steps.get(phase.ordinal());
    }

    /** The slot of a name; the same for every stage that asks. Which operation opens it is for the stages to know. */
    public Slot slot(String name) {
        var slot = slots.get(name);
        if (slot == null) {
            if (slots.size() == Slot.LIMIT) {
                full = true;
                return new Slot(0, name);
            }
            slot = new Slot(slots.size(), name);
            slots.put(name, slot);
        }
        return slot;
    }

    /** Notes something that is not honoured though the spec lets us go on. */
    public void warn(JsonPointer pointer, String message) {
        warnings.add(new Warning(pointer, message));
    }

    /** Notes something that makes the config impossible to honour. There will be no plan. */
    public void violation(JsonPointer pointer, String message) {
        violations.add(new Violation(pointer, message));
    }

    /** Notes violations that a compiler of a section found. */
    public void violations(List<Violation> found) {
        violations.addAll(found);
    }

    /** The list that most steps come from: what a plan that is too large has too much of. */
    private JsonPointer longest() {
        var counts = new HashMap<String, Integer>();
        var longest = "";
        for (var phase : steps) {
            for (var step : phase) {
                var text = step.pointer().text();
                int end = text.lastIndexOf('/');
                if (end > 0 && isIndex(text.substring(end + 1))) {
                    var list = text.substring(0, end);
                    int count = counts.merge(list, 1, Integer::sum);
                    longest = count > counts.getOrDefault(longest, 0) ? list : longest;
                }
            }
        }
        return JsonPointer.of(longest);
    }

    private static boolean isIndex(String token) {
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) < '0' || token.charAt(i) > '9') {
                return false;
            }
        }
        return !token.isEmpty();
    }

    /**
     * The plan.
     *
     * @throws SpecException with all violations, if there was one
     */
    public Plan build(int preservedDescriptors) {
        if (full) {
            violation(longest(), "needs more than " + Slot.LIMIT + " files of the host, namespaces and mounts");
        }
        if (!violations.isEmpty()) {
            throw new SpecException(violations);
        }
        var ordered = new ArrayList<PlannedStep>();
        for (var phase : steps) {
            ordered.addAll(phase);
        }
        ProgramSize.check(ordered);
        return new Plan(ordered, warnings, preservedDescriptors);
    }
}
