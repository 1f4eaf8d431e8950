package dev.minirt.core.plan;

import dev.minirt.core.linux.NamespaceType;
import dev.minirt.core.op.AwaitStart;
import dev.minirt.core.op.CloneInit;
import dev.minirt.core.op.Condition;
import dev.minirt.core.op.Context;
import dev.minirt.core.op.Execute;
import dev.minirt.core.op.JoinNamespaces;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.Ready;
import dev.minirt.core.op.Synchronize;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a plan can be executed in its order: that what each operation needs holds where it stands, that slots are
 * opened once and before they are used, that every step stands in a phase of its process, and that the dialogue between
 * the processes comes out even. Capabilities dropped before the last mount are impossible, not merely unlikely.
 */
public final class PlanVerifier {
    /** What holds before the first step; the rest begins with an operation. */
    private static final Set<Condition> INITIAL =
            EnumSet.of(Condition.HOST_ROOT, Condition.PRIVILEGES, Condition.UNFILTERED, Condition.CALLER_STDIO);

    private final Set<Condition> holding = EnumSet.copyOf(INITIAL);
    private final Map<Condition, PlannedStep> ended = new EnumMap<>(Condition.class);
    /** Who opened the slot of a number; not by slots, since the hash of a record is code that the JVM makes at run time. */
    private final Map<Integer, PlannedStep> numbers = new HashMap<>();

    private @Nullable PlannedStep previous;
    private @Nullable PlannedStep clone;
    private @Nullable PlannedStep ready;
    private @Nullable PlannedStep awaiting;
    private @Nullable PlannedStep execute;
    private @Nullable PlannedStep mountNamespaceJoined;
    private @Nullable PlannedStep synchronizing;

    private PlanVerifier() {}

    /**
     * Verifies a plan.
     *
     * @throws PlanVerificationException naming the step that cannot stand where it stands, and the one in its way
     */
    public static void verify(Plan plan) {
        var verifier = new PlanVerifier();
        for (var step : plan.steps()) {
            verifier.step(step);
        }
        verifier.end();
    }

    private void step(PlannedStep step) {
        var before = previous;
        if (before != null && before.phase().compareTo(step.phase()) > 0) {
            throw contradiction(step, "comes after", before);
        }
        // No switches over types here: a cold JVM pays dearly for them.
        if (step.action() instanceof Action.Interpreted(var context, var op)) {
            interpreted(step, context, op);
        } else {
            host(step);
        }
        previous = step;
    }

    /** A host action stands in a phase of the runtime, or where init waits for the runtime. */
    private void host(PlannedStep step) {
        if (step.phase().actor() == Phase.Actor.RUNTIME) {
            return;
        }
        var waiting = synchronizing;
        if (waiting == null || waiting.phase() != step.phase()) {
            throw new PlanVerificationException(describe(step) + " stands where init does not wait for the runtime");
        }
    }

    private void interpreted(PlannedStep step, Context context, Op op) {
        synchronizing = op instanceof Synchronize ? step : null;
        contexts(step, context, op);
        for (var condition : op.needs()) {
            if (!holding.contains(condition)) {
                var end = ended.get(condition);
                throw end == null
                        ? new PlanVerificationException(
                                describe(step) + " needs " + condition + ", which no step before it begins")
                        : contradiction(step, "needs " + condition + ", which is ended by", end);
            }
        }
        holding.addAll(op.begins());
        for (var condition : op.ends()) {
            holding.remove(condition);
            ended.put(condition, step);
        }
        slots(step, op);
        milestones(step, op);
    }

    private void contexts(PlannedStep step, Context context, Op op) {
        var expected = context == Context.LAUNCHER ? Phase.Actor.LAUNCHER : Phase.Actor.INIT;
        if (step.phase().actor() != expected) {
            throw new PlanVerificationException(describe(step) + " runs in " + context + ", but its phase belongs to "
                    + step.phase().actor());
        }
        var cloned = clone;
        if (context == Context.LAUNCHER && cloned != null) {
            throw contradiction(step, "needs the launcher, which is gone after", cloned);
        }
        if (context != Context.LAUNCHER && cloned == null) {
            throw new PlanVerificationException(describe(step) + " needs init, which has not been cloned");
        }
        var reported = ready;
        if (context == Context.DRIVER && reported != null) {
            throw contradiction(step, "needs the driver, which is gone after", reported);
        }
        var joined = mountNamespaceJoined;
        if (context == Context.LAUNCHER && joined != null && op.needs().contains(Condition.HOST_ROOT)) {
            throw contradiction(step, "names a path of the runtime's mount namespace, which is left by", joined);
        }
        var last = execute;
        if (last != null) {
            throw contradiction(step, "is never reached, after", last);
        }
    }

    private void slots(PlannedStep step, Op op) {
        for (var slot : op.used()) {
            if (!numbers.containsKey(slot.number())) {
                throw new PlanVerificationException(
                        describe(step) + " uses the slot " + slot.name() + ", which no step before it opens");
            }
        }
        if (op instanceof JoinNamespaces join) {
            // Its slots are numbers, since there is a list of them.
            for (var number : join.slots()) {
                if (!numbers.containsKey(number)) {
                    throw new PlanVerificationException(
                            describe(step) + " uses slot number " + number + ", which no step before it opens");
                }
            }
        }
        for (var slot : op.opened()) {
            var first = numbers.putIfAbsent(slot.number(), step);
            if (first != null) {
                throw contradiction(
                        step, "opens the slot " + slot.name() + " (" + slot.number() + "), which is taken by", first);
            }
        }
    }

    private void milestones(PlannedStep step, Op op) {
        if (op instanceof CloneInit) {
            clone = step;
        } else if (op instanceof Ready) {
            ready = once(step, ready);
        } else if (op instanceof AwaitStart) {
            if (ready == null) {
                throw new PlanVerificationException(
                        describe(step) + " waits for start before init has reported that it is ready");
            }
            awaiting = once(step, awaiting);
        } else if (op instanceof Execute) {
            execute = step;
        } else if (op instanceof JoinNamespaces join && join.types().contains(NamespaceType.MOUNT.value())) {
            mountNamespaceJoined = step;
        }
    }

    private static PlannedStep once(PlannedStep step, @Nullable PlannedStep earlier) {
        if (earlier != null) {
            throw contradiction(step, "must not follow", earlier);
        }
        return step;
    }

    private void end() {
        if (clone == null) {
            throw new PlanVerificationException("the plan clones no init");
        }
        var reported = ready;
        if (reported != null && awaiting == null) {
            throw new PlanVerificationException(describe(reported) + " is not followed by a wait for start");
        }
        if (reported == null && execute == null) {
            throw new PlanVerificationException("init neither waits for start nor executes a program");
        }
    }

    private static PlanVerificationException contradiction(PlannedStep step, String relation, PlannedStep other) {
        return new PlanVerificationException(describe(step) + " " + relation + " " + describe(other));
    }

    /** A step as messages call it: {@code MountFilesystem (MOUNTS, mounts[3])}. */
    private static String describe(PlannedStep step) {
        var name = switch (step.action()) {
            case Action.Interpreted(var context, var op) -> op.getClass().getSimpleName();
            case HostAction action -> action.getClass().getSimpleName();
        };
        var pointer = step.pointer();
        return name + " (" + step.phase() + (pointer.isRoot() ? "" : ", " + pointer.field()) + ")";
    }
}
