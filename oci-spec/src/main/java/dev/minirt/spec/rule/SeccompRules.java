package dev.minirt.spec.rule;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SyscallRule;
import java.util.OptionalInt;

/** Rules of {@code linux.seccomp} (config-linux.md, Seccomp). */
final class SeccompRules {
    /** MAX_ERRNO of the kernel, which would silently cut larger numbers. */
    private static final int MAX_ERRNO = 4095;

    private SeccompRules() {}

    static void check(Seccomp seccomp, Findings findings) {
        JsonPointer pointer = Pointers.LINUX.child("seccomp");
        errnoFitsAction(
                seccomp.defaultAction(),
                seccomp.defaultErrnoRet(),
                pointer,
                "defaultAction",
                "defaultErrnoRet",
                findings);
        for (int i = 0; i < seccomp.syscalls().size(); i++) {
            SyscallRule rule = seccomp.syscalls().get(i);
            JsonPointer place = pointer.child("syscalls").child(i);
            ruleHasNames(rule, place, findings);
            errnoFitsAction(rule.action(), rule.errnoRet(), place, "action", "errnoRet", findings);
        }
        metadataNeedsListener(seccomp, pointer, findings);
        notifyNeedsListener(seccomp, pointer, findings);
        notifySparesTheHandOver(seccomp, pointer, findings);
    }

    /** "When the action doesn't support an errno, the runtime MUST print an error and fail". */
    static void errnoFitsAction(
            SeccompAction action,
            OptionalInt errno,
            JsonPointer pointer,
            String actionName,
            String errnoName,
            Findings findings) {
        if (errno.isEmpty() || findings.isUnreadable(pointer.child(actionName))) {
            return;
        }
        if (action != SeccompAction.ERRNO && action != SeccompAction.TRACE) {
            findings.violation(pointer.child(errnoName), "is for SCMP_ACT_ERRNO and SCMP_ACT_TRACE, not " + action);
        } else if (action == SeccompAction.ERRNO && errno.getAsInt() > MAX_ERRNO) {
            findings.violation(
                    pointer.child(errnoName), "must be between 0 and " + MAX_ERRNO + ", got " + errno.getAsInt());
        }
    }

    /** "names MUST contain at least one entry". */
    static void ruleHasNames(SyscallRule rule, JsonPointer pointer, Findings findings) {
        if (rule.names().isEmpty()) {
            findings.violation(pointer.child("names"), "must have at least one entry");
        }
    }

    /** "This field MUST NOT be set if listenerPath is not set". */
    static void metadataNeedsListener(Seccomp seccomp, JsonPointer pointer, Findings findings) {
        if (seccomp.listenerMetadata().isPresent() && seccomp.listenerPath().isEmpty()) {
            findings.violation(pointer.child("listenerMetadata"), "needs listenerPath beside it");
        }
    }

    /** A call that waits for a listener that does not exist fails with ENOSYS: surely not what was meant. */
    static void notifyNeedsListener(Seccomp seccomp, JsonPointer pointer, Findings findings) {
        if (seccomp.listenerPath().isPresent()) {
            return;
        }
        for (int i = 0; i < seccomp.syscalls().size(); i++) {
            if (seccomp.syscalls().get(i).action() == SeccompAction.NOTIFY) {
                findings.violation(
                        pointer.child("syscalls").child(i).child("action"), "SCMP_ACT_NOTIFY needs listenerPath");
            }
        }
    }

    /** The process that loads the filter must still hand its descriptor over, without waiting for who is to receive it. */
    static void notifySparesTheHandOver(Seccomp seccomp, JsonPointer pointer, Findings findings) {
        if (seccomp.defaultAction() == SeccompAction.NOTIFY) {
            findings.violation(
                    pointer.child("defaultAction"), "SCMP_ACT_NOTIFY cannot be the default: nobody could receive it");
        }
        for (int i = 0; i < seccomp.syscalls().size(); i++) {
            SyscallRule rule = seccomp.syscalls().get(i);
            if (rule.action() == SeccompAction.NOTIFY && rule.names().contains("write")) {
                findings.violation(
                        pointer.child("syscalls").child(i).child("action"),
                        "SCMP_ACT_NOTIFY cannot be used for write: nobody could receive it");
            }
        }
    }
}
