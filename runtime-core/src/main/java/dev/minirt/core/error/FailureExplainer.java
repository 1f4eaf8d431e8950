package dev.minirt.core.error;

import dev.minirt.core.op.JoinProcess;
import dev.minirt.core.op.Op;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlannedStep;
import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.JsonPointer;
import java.util.Optional;

/**
 * Turns what the driver reports of a program into one line, through the plan that the program came from:
 * {@code PLACE: SENTENCE: ERRNO IN WORDS (ERRNO); HINT}.
 */
public final class FailureExplainer {
    /** Index and step of what fails before the first operation (docs/protocol.md, FAILED). */
    private static final int NO_OPERATION = -1;

    private static final int KILL = 9;
    private static final int BAD_SYSTEM_CALL = 31;

    private FailureExplainer() {}

    /**
     * An operation failed.
     *
     * @param plan the plan of the program
     * @param index number of the operation in the program
     * @param step number of the operation's step
     * @param code the errno, or an exit status or signal where the step says so
     * @param detail the object, or what the kernel or a hook said; may be empty
     */
    public static RuntimeFailure failed(Plan plan, int index, int step, int code, String detail) {
        if (index == NO_OPERATION && step == NO_OPERATION && code != Errno.EPROTO.number()) {
            return unbegun(code, detail);
        }
        var program = plan.program();
        if (index < 0
                || index >= program.size()
                || !(program.get(index).action() instanceof Action.Interpreted(var context, var op))
                || step < 0
                || step >= op.steps().size()) {
            return unexplained(
                    "the interpreter reported step " + Integer.toUnsignedString(step) + " of operation "
                            + Integer.toUnsignedString(index),
                    code,
                    detail);
        }
        var failed = new FailedStep(plan, program.get(index), op, step, code, OneLine.of(detail));
        var sentence = Sentences.of(failed);
        var hint = Hints.of(failed);
        var message = new StringBuilder(place(failed));
        message.append(message.isEmpty() ? "" : ": ").append(sentence);
        hint.ifPresent(remedy -> message.append("; ").append(remedy));
        return new RuntimeFailure(
                message.toString(),
                new RuntimeFailure.Details(
                        op.getClass().getSimpleName(),
                        failed.words().name(),
                        failed.planned().pointer(),
                        Sentences.isErrno(failed) ? code : 0,
                        failed.detail(),
                        hint));
    }

    /** The launcher could not be started: the detail completes "failed to". */
    private static RuntimeFailure unbegun(int code, String detail) {
        var errno = Errno.of(code);
        var hint = errno == null ? Optional.<String>empty() : Hints.ofStart(errno);
        var message =
                "failed to " + OneLine.of(detail) + ": " + Errno.words(code) + (errno == null ? "" : " (" + errno + ")")
                        + hint.map(remedy -> "; " + remedy).orElse("");
        return new RuntimeFailure(
                message, new RuntimeFailure.Details("", "", JsonPointer.ROOT, code, OneLine.of(detail), hint));
    }

    private static RuntimeFailure unexplained(String what, int code, String detail) {
        var message = "protocol error: " + what + ": " + Errno.words(code)
                + (detail.isEmpty() ? "" : ": " + OneLine.of(detail));
        return new RuntimeFailure(
                message, new RuntimeFailure.Details("", "", JsonPointer.ROOT, code, detail, Optional.empty()));
    }

    /**
     * The launcher or init ended without a report.
     *
     * @param plan the plan of the program
     * @param index number of the operation that had begun last
     * @param waitStatus its status as wait(2) gives it
     * @param outOfMemory whether the kernel killed something in the container's cgroup for want of memory
     */
    public static RuntimeFailure died(Plan plan, int index, int waitStatus, boolean outOfMemory) {
        return died(plan, index, waitStatus, outOfMemory ? new MemoryShortage(1, limit(plan)) : MemoryShortage.NONE);
    }

    /**
     * The launcher or init ended without a report.
     *
     * @param plan the plan of the program
     * @param index number of the operation that had begun last
     * @param waitStatus its status as wait(2) gives it
     * @param shortage what the container's cgroup says of memory
     */
    public static RuntimeFailure died(Plan plan, int index, int waitStatus, MemoryShortage shortage) {
        var program = plan.program();
        int signal = waitStatus & 0x7f;
        boolean outOfMemory = signal == KILL && shortage.happened();
        var how = outOfMemory
                ? "was " + shortage.words()
                : signal == 0
                        ? "exited with status " + (waitStatus >> 8 & 0xff)
                        : "was killed by " + SignalName.of(signal);
        var message = new StringBuilder((joins(plan) ? "the process " : "the container's init ") + how);
        var pointer = JsonPointer.ROOT;
        var operation = "";
        if (index >= 0
                && index < program.size()
                && program.get(index).action() instanceof Action.Interpreted(var context, var op)) {
            operation = op.getClass().getSimpleName();
            pointer = program.get(index).pointer();
            message.append(outOfMemory ? "; it happened in or after " : " in or after ")
                    .append(operation);
            if (!pointer.isRoot()) {
                message.append(" (").append(pointer.field()).append(')');
            }
        }
        if (outOfMemory) {
            pointer = memoryLimit(plan).map(PlannedStep::pointer).orElse(pointer);
            message.insert(0, pointer.isRoot() ? "" : pointer.field() + ": ");
        }
        var hint = outOfMemory ? Optional.<String>empty() : deathHint(plan, signal);
        hint.ifPresent(remedy -> message.append("; ").append(remedy));
        return new RuntimeFailure(message.toString(), new RuntimeFailure.Details(operation, "", pointer, 0, "", hint));
    }

    /** Whether it is that of an exec. */
    static boolean joins(Plan plan) {
        for (var step : plan.steps()) {
            if (step.action() instanceof Action.Interpreted(var context, var op) && op instanceof JoinProcess) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> deathHint(Plan plan, int signal) {
        if (signal == KILL) {
            return memoryLimit(plan)
                    .map(step -> "perhaps for want of memory: " + step.pointer().field() + " allows "
                            + MemoryShortage.size(limit(plan)));
        }
        return signal == BAD_SYSTEM_CALL
                ? Optional.of("linux.seccomp kills for a system call that the start of the program needs")
                : Optional.empty();
    }

    /** The step that limits memory; the last one, which is in effect. */
    private static Optional<PlannedStep> memoryLimit(Plan plan) {
        for (var step : plan.steps().reversed()) {
            if (step.action() instanceof HostAction.WriteCgroupFile(var file, var value, var _)
                    && file.equals("memory.max")) {
                return value.equals("max") ? Optional.empty() : Optional.of(step);
            }
        }
        return Optional.empty();
    }

    /** The memory limit of a plan in bytes, -1 for none; one of linux.resources.unified may be in other units. */
    private static long limit(Plan plan) {
        var step = memoryLimit(plan);
        if (step.isPresent() && step.get().action() instanceof HostAction.WriteCgroupFile(var _, var value, var _)) {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                return -1;
            }
        }
        return -1;
    }

    /** How a hook ended. */
    public enum HookEnd {
        EXITED,
        SIGNALLED,
        TIMEOUT,
        NOT_STARTED
    }

    /**
     * A hook of the runtime's namespaces failed. Worded like a failed hook of the container's.
     *
     * @param value exit status, signal or errno
     * @param output what the hook wrote
     */
    public static RuntimeFailure hook(HookKind kind, int index, Hook hook, HookEnd end, int value, String output) {
        var pointer = JsonPointer.of("/hooks").child(kind.specName()).child(index);
        var said = OneLine.of(output);
        var message = pointer.field() + " " + hook.path() + ": "
                + Sentences.hook(end, value, hook.timeout().orElse(0)) + Sentences.said(said);
        return new RuntimeFailure(
                message,
                new RuntimeFailure.Details(
                        "RunRuntimeHook",
                        end.name(),
                        pointer,
                        end == HookEnd.NOT_STARTED ? value : 0,
                        said,
                        Optional.empty()));
    }

    /** The member of config.json, with the path that people know it by. */
    private static String place(FailedStep failed) {
        var field = failed.planned().pointer().field();
        var known = Sentences.knownAs(failed);
        return known.isEmpty() || field.isEmpty() ? field : field + " " + known;
    }

    /**
     * A failed step with what is known of it.
     *
     * @param plan the plan
     * @param planned the step of the plan
     * @param op its operation
     * @param step number of the operation's step
     * @param code errno, exit status or signal
     * @param detail one line
     */
    record FailedStep(Plan plan, PlannedStep planned, Op op, int step, int code, String detail) {
        Op.Words words() {
            return op.steps().get(step);
        }

        boolean is(Enum<?> other) {
            return other.ordinal() == step && other.getDeclaringClass().getEnclosingClass() == op.getClass();
        }
    }
}
