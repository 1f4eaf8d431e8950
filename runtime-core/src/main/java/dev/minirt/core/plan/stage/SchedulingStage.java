package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Context;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.SetIoPriority;
import dev.minirt.core.op.SetScheduler;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.IoPriority;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Scheduler;
import dev.minirt.spec.Spec;

/**
 * Scheduling policy and I/O priority (P18 to P20). Most of them take CAP_SYS_NICE over the host, which the root of a user
 * namespace lacks: there the driver sets them.
 */
final class SchedulingStage implements Stage {
    private static final int IO_CLASS_SHIFT = 13;

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty()) {
            return;
        }
        var process = spec.process().get();
        boolean mapped = spec.linux().hasNamespace(NamespaceType.USER);
        if (process.scheduler().isPresent()) {
            add(scheduler(process.scheduler().get()), Pointers.PROCESS.child("scheduler"), mapped, builder);
        }
        if (process.ioPriority().isPresent()) {
            add(
                    new SetIoPriority(ioPriority(process.ioPriority().get())),
                    Pointers.PROCESS.child("ioPriority"),
                    mapped,
                    builder);
        }
    }

    private static void add(Op op, JsonPointer pointer, boolean mapped, PlanBuilder builder) {
        builder.add(Phase.PROCESS, mapped ? Context.DRIVER : Context.INIT, op, pointer);
    }

    /** The constants are in the kernel's order: SCHED_OTHER is 0, SCHED_FLAG_RESET_ON_FORK is bit 0. */
    private static SetScheduler scheduler(Scheduler scheduler) {
        long flags = 0;
        for (var flag : scheduler.flags()) {
            flags |= 1L << flag.ordinal();
        }
        return new SetScheduler(
                scheduler.policy().ordinal(),
                flags,
                scheduler.nice(),
                scheduler.priority(),
                scheduler.runtime(),
                scheduler.deadline(),
                scheduler.period());
    }

    /** IOPRIO_CLASS_RT is 1. */
    private static int ioPriority(IoPriority priority) {
        return ((priority.ioClass().ordinal() + 1) << IO_CLASS_SHIFT) | priority.priority();
    }
}
