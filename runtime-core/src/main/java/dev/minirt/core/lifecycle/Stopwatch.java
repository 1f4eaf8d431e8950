package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.RunEvent;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says how long the operations of a program have taken, a line for each phase. */
final class Stopwatch {
    private static final int NANOSECONDS_PER_MICROSECOND = 1_000;

    private final Diary diary;
    private final Plan plan;
    private final List<Long> times = new ArrayList<>();
    private RunEvent.@Nullable Timed last;

    Stopwatch(Diary diary, Plan plan) {
        this.diary = diary;
        this.plan = plan;
    }

    /** Takes down what the driver tells, in the order in which it does. */
    void note(RunEvent.Timed timed) {
        if (timed.first() != times.size()) {
            throw new ContainerException("protocol error: times from operation " + timed.first());
        }
        times.addAll(timed.nanoseconds());
        last = timed;
    }

    /** The program has come to the end of what it is timed for. */
    void tell() {
        if (last == null) {
            return;
        }
        diary.debug("starting the launcher took " + milliseconds(last.launching()) + " ms, reading the program "
                + milliseconds(last.beginning()) + " ms");
        var program = plan.program();
        for (int first = 0; first < times.size() && first < program.size(); ) {
            int end = first + 1;
            while (end < times.size()
                    && end < program.size()
                    && program.get(end).phase() == program.get(first).phase()) {
                end++;
            }
            tell(program.get(first).phase(), program.subList(first, end), times.subList(first, end));
            first = end;
        }
    }

    private void tell(Phase phase, List<PlannedStep> steps, List<Long> taken) {
        long sum = 0;
        int longest = 0;
        for (int i = 0; i < taken.size(); i++) {
            sum += taken.get(i);
            if (taken.get(i) > taken.get(longest)) {
                longest = i;
            }
        }
        diary.debug("phase " + phase.name() + " took " + milliseconds(sum) + " ms for " + taken.size() + ", most for "
                + name(steps.get(longest)) + ": " + milliseconds(taken.get(longest)) + " ms");
    }

    private static String name(PlannedStep step) {
        var name = step.action() instanceof Action.Interpreted(var _, var op)
                ? op.getClass().getSimpleName()
                : "?";
        return step.pointer().isRoot() ? name : name + " of " + step.pointer().field();
    }

    private static String milliseconds(long nanoseconds) {
        long microseconds = nanoseconds / NANOSECONDS_PER_MICROSECOND;
        var digits = Long.toString(1_000 + microseconds % 1_000);
        return microseconds / 1_000 + "." + digits.substring(1);
    }
}
