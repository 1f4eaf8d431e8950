package dev.minirt.core.plan;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How long a program may be (docs/protocol.md, Program), said in terms of the configuration. */
final class ProgramSize {
    /** Most operations of a program. */
    static final int OPERATIONS = 65_536;

    private ProgramSize() {}

    /**
     * Refuses a plan whose program has too many operations; the list that most of them come from is named.
     *
     * @throws SpecException if there are more than {@link #OPERATIONS}
     */
    static void check(List<PlannedStep> steps) {
        if (steps.size() <= OPERATIONS) {
            return;
        }
        int count = 0;
        Map<JsonPointer, Integer> lists = new LinkedHashMap<>();
        for (var step : steps) {
            if (step.action() instanceof Action.Interpreted) {
                count++;
                lists.merge(list(step.pointer()), 1, Integer::sum);
            }
        }
        if (count > OPERATIONS) {
            var longest = JsonPointer.ROOT;
            for (var list : lists.keySet()) {
                if (longest.isRoot()
                        || Objects.requireNonNull(lists.get(list)) > Objects.requireNonNull(lists.get(longest))) {
                    longest = list;
                }
            }
            throw new SpecException(List.of(new Violation(
                    longest,
                    "too many: the container would take " + count + " operations, and at most " + OPERATIONS
                            + " are possible")));
        }
    }

    /** What of a pointer stands before the first index. */
    private static JsonPointer list(JsonPointer pointer) {
        var text = pointer.text();
        int end = text.length();
        for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
            if (slash + 1 < text.length() && Character.isDigit(text.charAt(slash + 1))) {
                end = slash;
                break;
            }
        }
        return JsonPointer.of(text.substring(0, end));
    }
}
