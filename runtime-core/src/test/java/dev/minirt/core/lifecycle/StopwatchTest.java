package dev.minirt.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.driver.RunEvent;
import dev.minirt.core.op.Context;
import dev.minirt.core.op.NewSession;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.SetUmask;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlannedStep;
import dev.minirt.spec.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a debugging log says of how long operations have taken. */
class StopwatchTest {
    private final List<String> lines = new ArrayList<>();
    private final Stopwatch stopwatch = new Stopwatch(new Lines(lines), plan());

    private record Lines(List<String> lines) implements Diary {
        @Override
        public void warning(String message) {
            throw new AssertionError(message);
        }

        @Override
        public void trouble(String message) {
            throw new AssertionError(message);
        }

        @Override
        public void debug(String message) {
            lines.add(message);
        }

        @Override
        public boolean isDebugging() {
            return true;
        }
    }

    private static Plan plan() {
        var umask = JsonPointer.ROOT.child("process").child("user").child("umask");
        return new Plan(
                List.of(
                        step(Phase.DETACH_FROM_CALLER, new NewSession(), JsonPointer.ROOT),
                        step(Phase.PROCESS, new SetUmask(18), umask),
                        step(Phase.PROCESS, new SetUmask(2), umask),
                        step(Phase.READY, new NewSession(), JsonPointer.ROOT)),
                List.of(),
                0);
    }

    private static PlannedStep step(Phase phase, Op op, JsonPointer pointer) {
        return new PlannedStep(phase, new Action.Interpreted(Context.INIT, op), pointer);
    }

    @Test
    void sumsUpTheOperationsOfAPhase() {
        stopwatch.note(new RunEvent.Timed(400_000, 50_999, 0, List.of(1_000L, 2_345_000L)));
        stopwatch.note(new RunEvent.Timed(400_000, 50_999, 2, List.of(12_000_999L)));
        stopwatch.tell();
        assertThat(lines)
                .containsExactly(
                        "starting the launcher took 0.400 ms, reading the program 0.050 ms",
                        "phase DETACH_FROM_CALLER took 0.001 ms for 1, most for NewSession: 0.001 ms",
                        "phase PROCESS took 14.345 ms for 2, most for SetUmask of process.user.umask: 12.000 ms");
    }

    @Test
    void saysNothingOfAProgramThatWasNotTimed() {
        stopwatch.tell();
        assertThat(lines).isEmpty();
    }

    @Test
    void refusesTimesThatAreOutOfOrder() {
        stopwatch.note(new RunEvent.Timed(1, 1, 0, List.of(1L)));
        assertThatThrownBy(() -> stopwatch.note(new RunEvent.Timed(1, 1, 2, List.of(1L))))
                .isInstanceOf(ContainerException.class)
                .hasMessage("protocol error: times from operation 2");
    }
}
