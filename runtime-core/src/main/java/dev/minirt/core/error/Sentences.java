package dev.minirt.core.error;

import dev.minirt.core.error.FailureExplainer.FailedStep;
import dev.minirt.core.error.FailureExplainer.HookEnd;
import dev.minirt.core.op.AttachRootfs;
import dev.minirt.core.op.AttachTree;
import dev.minirt.core.op.ChangeDirectory;
import dev.minirt.core.op.CloneDevice;
import dev.minirt.core.op.CloneTree;
import dev.minirt.core.op.Execute;
import dev.minirt.core.op.FindExecutable;
import dev.minirt.core.op.LimitInitResource;
import dev.minirt.core.op.MountFilesystem;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.OpenNamespace;
import dev.minirt.core.op.OpenPath;
import dev.minirt.core.op.ReconfigureMount;
import dev.minirt.core.op.RunHook;
import dev.minirt.core.op.SetResourceLimit;
import dev.minirt.core.op.Slot;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Plan;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.RlimitType;

/**
 * What went wrong, in words. The rule is "failed to", the words of ops.def for the step, the object and the errno; the
 * exceptions are failures that people meet often, and those that engines recognise.
 */
final class Sentences {
    private Sentences() {}

    static String of(FailedStep failed) {
        return switch (failed.op()) {
            case FindExecutable op -> executable(op, failed);
            case Execute op -> "exec: " + Quoted.of(path(failed, op.args().getFirst())) + errno(failed);
            case ChangeDirectory op
            when failed.is(ChangeDirectory.Step.VERIFY) ->
                directory(op, failed) + " leads out of the container's root" + errno(failed);
            case ChangeDirectory op -> directory(op, failed) + " failed" + errno(failed);
            case MountFilesystem op -> filesystem(op.type(), failed);
            case ReconfigureMount op when failed.is(ReconfigureMount.Step.OPTION) -> option("the file system", failed);
            case AttachTree op -> tree(op, failed);
            case CloneTree op -> source(op.path(), failed);
            case CloneDevice op
            when failed.is(CloneDevice.Step.VERIFY) ->
                op.path() + " on the host is not the device " + op.major() + ":" + op.minor() + errno(failed);
            case CloneDevice op
            when failed.is(CloneDevice.Step.MODE) ->
                op.path() + " on the host does not have the mode 0" + Integer.toOctalString(op.mode())
                        + ", and no other device can be had in a user namespace" + errno(failed);
            case CloneDevice op -> source(op.path(), failed);
            case OpenPath op -> source(op.path(), failed);
            case AttachRootfs op when failed.is(AttachRootfs.Step.OPEN) -> source(op.path(), failed);
            case OpenNamespace op -> namespace(op, failed);
            case RunHook op -> hook(op, failed);
            case SetResourceLimit op -> limit(op.resource(), op.soft(), op.hard(), failed);
            case LimitInitResource op -> limit(op.resource(), op.soft(), op.hard(), failed);
            default -> plain(failed);
        };
    }

    private static String plain(FailedStep failed) {
        var detail = failed.detail();
        return "failed to " + failed.words().words() + (detail.isEmpty() ? "" : " " + detail) + errno(failed);
    }

    /** {@code : no such file or directory (ENOENT)}. */
    private static String errno(FailedStep failed) {
        var errno = Errno.of(failed.code());
        return ": " + Errno.words(failed.code()) + (errno == null ? "" : " (" + errno + ")");
    }

    private static String path(FailedStep failed, String otherwise) {
        return failed.detail().isEmpty() ? otherwise : failed.detail();
    }

    /** That of an exec may come from the command line or a document of its own. */
    private static String directory(ChangeDirectory op, FailedStep failed) {
        return "chdir to cwd (" + Quoted.of(op.path()) + ")"
                + (FailureExplainer.joins(failed.plan()) ? "" : " set in config.json");
    }

    /** The words of other runtimes, which engines map to exit codes: engines.md, 4.2 to 4.4. */
    private static String executable(FindExecutable op, FailedStep failed) {
        var exec = "exec: " + Quoted.of(op.name());
        if (failed.is(FindExecutable.Step.SEARCH)) {
            return exec + ": executable file not found in $PATH"
                    + (failed.code() == Errno.ENOENT.number() ? "" : errno(failed));
        }
        return failed.is(FindExecutable.Step.STAT)
                ? exec + ": stat " + op.name() + errno(failed)
                : exec + errno(failed);
    }

    private static String filesystem(String type, FailedStep failed) {
        if (failed.is(MountFilesystem.Step.FSOPEN) && failed.code() == Errno.ENODEV.number()) {
            return "unknown filesystem type " + Quoted.of(type) + " (ENODEV)";
        }
        if (failed.is(MountFilesystem.Step.OPTION)) {
            return option(type, failed);
        }
        if (failed.is(MountFilesystem.Step.RESOLVE) && failed.code() == Errno.ENOTDIR.number()) {
            return "the destination" + errno(failed);
        }
        return plain(failed);
    }

    /** The detail is the option, then perhaps a colon and what the kernel has to say. */
    private static String option(String type, FailedStep failed) {
        var detail = failed.detail();
        int colon = detail.indexOf(": ");
        var option = colon < 0 ? detail : detail.substring(0, colon);
        var kernel = colon < 0 ? "" : " (" + detail.substring(colon + 2) + ")";
        // It is no option of the mount's own: whoever reads it should look there.
        var origin = option.startsWith("context=") ? " of linux.mountLabel" : "";
        return type + " rejected option " + Quoted.of(option) + origin + kernel + errno(failed);
    }

    /**
     * Docker looks for "not a directory" to say which mount may be meant, and takes "is a directory" for a command that is
     * one.
     */
    private static String tree(AttachTree op, FailedStep failed) {
        if (failed.is(AttachTree.Step.DIRECTORY_ON_FILE)) {
            return "source " + sourceOf(failed.plan(), op.tree())
                    + ", a directory, is meant for a destination that is not a directory (ENOTDIR)";
        }
        if (failed.is(AttachTree.Step.FILE_ON_DIRECTORY)) {
            return "source " + sourceOf(failed.plan(), op.tree())
                    + " is not a directory, but the destination is one (EISDIR)";
        }
        return plain(failed);
    }

    private static String sourceOf(Plan plan, Slot tree) {
        for (var step : plan.steps()) {
            if (step.action() instanceof Action.Interpreted(var context, var op)
                    && op instanceof CloneTree clone
                    && clone.tree().equals(tree)) {
                return clone.path();
            }
        }
        return "$" + tree.name();
    }

    /** A path on the host that config.json gives. */
    private static String source(String path, FailedStep failed) {
        boolean aboutPath = failed.code() == Errno.ENOENT.number()
                || failed.code() == Errno.ENOTDIR.number()
                || failed.code() == Errno.EACCES.number()
                || failed.code() == Errno.ELOOP.number()
                || failed.code() == Errno.ENAMETOOLONG.number();
        if (!aboutPath) {
            return plain(failed);
        }
        var mount = failed.planned().pointer().text().startsWith("/mounts/") ? "source " : "";
        return mount + path + errno(failed);
    }

    private static String namespace(OpenNamespace op, FailedStep failed) {
        if (failed.is(OpenNamespace.Step.TYPE)) {
            return op.path() + " is no namespace of type " + op.type().symbol() + errno(failed);
        }
        return source(op.path(), failed);
    }

    private static String hook(RunHook op, FailedStep failed) {
        if (failed.is(RunHook.Step.SPAWN)) {
            return plain(failed);
        }
        var end = failed.is(RunHook.Step.STATUS)
                ? HookEnd.EXITED
                : failed.is(RunHook.Step.SIGNAL)
                        ? HookEnd.SIGNALLED
                        : failed.is(RunHook.Step.TIMEOUT) ? HookEnd.TIMEOUT : HookEnd.NOT_STARTED;
        return hook(end, failed.code(), op.timeout()) + said(failed.detail());
    }

    static String hook(HookEnd end, int value, int timeout) {
        return switch (end) {
            case EXITED -> "exit status " + value;
            case SIGNALLED -> "killed by " + SignalName.of(value);
            case TIMEOUT -> "killed after its timeout of " + timeout + " s";
            case NOT_STARTED -> {
                var errno = Errno.of(value);
                yield "failed to execute: " + Errno.words(value) + (errno == null ? "" : " (" + errno + ")");
            }
        };
    }

    /** What a hook wrote, if anything. */
    static String said(String output) {
        return output.isEmpty() ? "" : ": " + output;
    }

    private static String limit(int resource, long soft, long hard, FailedStep failed) {
        var types = RlimitType.values();
        var name = resource >= 0 && resource < types.length ? types[resource].specName() : "limit " + resource;
        return "failed to set " + name + " to " + limit(soft) + ":" + limit(hard) + errno(failed);
    }

    private static String limit(long value) {
        return value == -1 ? "unlimited" : Long.toUnsignedString(value);
    }

    /** Whether the code is an errno, and not a status or signal of a hook. */
    static boolean isErrno(FailedStep failed) {
        return !(failed.op() instanceof RunHook) || failed.is(RunHook.Step.SPAWN) || failed.is(RunHook.Step.EXEC);
    }

    /** The path by which people know a mount or hook whose place in a list says little. */
    static String knownAs(FailedStep failed) {
        return switch (failed.op()) {
            case RunHook op -> op.path();
            case Op op when failed.planned().pointer().text().startsWith("/mounts/") -> destination(failed);
            default -> "";
        };
    }

    /** The destination of the mount that a step is part of: of this one, or of a later one with the same pointer. */
    private static String destination(FailedStep failed) {
        for (var step : failed.plan().steps()) {
            if (step.pointer().equals(failed.planned().pointer())
                    && step.action() instanceof Action.Interpreted(var context, var op)) {
                switch (op) {
                    case MountFilesystem mount -> {
                        return mount.destination();
                    }
                    case AttachTree mount -> {
                        return mount.destination();
                    }
                    case ReconfigureMount mount -> {
                        return mount.destination();
                    }
                    default -> {}
                }
            }
        }
        return "";
    }
}
