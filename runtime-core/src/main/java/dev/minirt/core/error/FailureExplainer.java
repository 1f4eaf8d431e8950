package dev.minirt.core.error;

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
        var program = plan.program();
        int signal = waitStatus & 0x7f;
        var how = signal == 0
                ? "exited with status " + (waitStatus >> 8 & 0xff)
                : "was killed by " + SignalName.of(signal);
        var message = new StringBuilder("the container's init " + how);
        var pointer = JsonPointer.ROOT;
        var operation = "";
        if (index >= 0
                && index < program.size()
                && program.get(index).action() instanceof Action.Interpreted(var context, var op)) {
            operation = op.getClass().getSimpleName();
            pointer = program.get(index).pointer();
            message.append(" in or after ").append(operation);
            if (!pointer.isRoot()) {
                message.append(" (").append(pointer.field()).append(')');
            }
        }
        var hint = deathHint(plan, signal, outOfMemory);
        hint.ifPresent(remedy -> message.append("; ").append(remedy));
        return new RuntimeFailure(message.toString(), new RuntimeFailure.Details(operation, "", pointer, 0, "", hint));
    }

    private static Optional<String> deathHint(Plan plan, int signal, boolean outOfMemory) {
        final int kill = 9;
        final int badSystemCall = 31;
        if (outOfMemory || signal == kill) {
            for (var step : plan.steps()) {
                if (step.action() instanceof HostAction.WriteCgroupFile(var file, var value, var optional)
                        && file.equals("memory.max")) {
                    return Optional.of((outOfMemory ? "out of memory: " : "perhaps for want of memory: ")
                            + step.pointer().field() + " allows " + value + " bytes");
                }
            }
            return outOfMemory ? Optional.of("out of memory") : Optional.empty();
        }
        return signal == badSystemCall
                ? Optional.of("linux.seccomp kills for a system call that the start of the program needs")
                : Optional.empty();
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
