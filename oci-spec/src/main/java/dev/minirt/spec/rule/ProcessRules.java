package dev.minirt.spec.rule;

import dev.minirt.spec.ExecCpuAffinity;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Process;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Rlimit;
import dev.minirt.spec.RlimitType;
import dev.minirt.spec.Scheduler;
import dev.minirt.spec.SchedulerPolicy;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Rules of {@code process} (config.md, Process). */
final class ProcessRules {
    private ProcessRules() {}

    static void check(Process process, JsonPointer pointer, Findings findings) {
        cwdIsAbsolute(process, pointer, findings);
        argsHaveAProgram(process, pointer, findings);
        environmentHasNamesAndValues(process.env(), pointer.child("env"), findings);
        rlimitTypesAreUnique(process, pointer, findings);
        softLimitsAreWithinHardLimits(process, pointer, findings);
        if (process.scheduler().isPresent()) {
            JsonPointer place = pointer.child("scheduler");
            priorityFitsPolicy(process.scheduler().get(), place, findings);
            deadlineFitsPolicy(process.scheduler().get(), place, findings);
        }
        if (process.execCPUAffinity().isPresent()) {
            affinityIsAList(process.execCPUAffinity().get(), pointer.child("execCPUAffinity"), findings);
        }
    }

    /** "This value MUST be an absolute path". */
    static void cwdIsAbsolute(Process process, JsonPointer pointer, Findings findings) {
        if (!process.cwd().startsWith("/")) {
            findings.violation(pointer.child("cwd"), "must be an absolute path, got " + Quoted.of(process.cwd()));
        }
    }

    /** "This specification extends the IEEE standard in that at least one entry is REQUIRED". */
    static void argsHaveAProgram(Process process, JsonPointer pointer, Findings findings) {
        if (process.args().isEmpty()) {
            findings.violation(pointer.child("args"), "must have at least one entry");
        }
    }

    /** environ(7) consists of {@code name=value}; anything else reaches the program, but few programs see it. */
    static void environmentHasNamesAndValues(List<String> env, JsonPointer pointer, Findings findings) {
        for (int i = 0; i < env.size(); i++) {
            if (env.get(i).indexOf('=') <= 0) {
                findings.warning(pointer.child(i), Quoted.of(env.get(i)) + " is not of the form NAME=value");
            }
        }
    }

    /** "If rlimits contains duplicated entries with same type, the runtime MUST generate an error". */
    static void rlimitTypesAreUnique(Process process, JsonPointer pointer, Findings findings) {
        Map<RlimitType, Integer> seen = new EnumMap<>(RlimitType.class);
        for (int i = 0; i < process.rlimits().size(); i++) {
            JsonPointer place = pointer.child("rlimits").child(i);
            if (findings.isUnreadable(place)) {
                continue;
            }
            RlimitType type = process.rlimits().get(i).type();
            Integer earlier = seen.putIfAbsent(type, i);
            if (earlier != null) {
                findings.violation(place, "duplicate " + type + ", already set by rlimits[" + earlier + "]");
            }
        }
    }

    /** setrlimit(2) refuses a soft limit above the hard one. */
    static void softLimitsAreWithinHardLimits(Process process, JsonPointer pointer, Findings findings) {
        for (int i = 0; i < process.rlimits().size(); i++) {
            Rlimit rlimit = process.rlimits().get(i);
            if (Long.compareUnsigned(rlimit.soft(), rlimit.hard()) > 0) {
                findings.violation(
                        pointer.child("rlimits").child(i),
                        rlimit.type()
                                + ": soft limit "
                                + Long.toUnsignedString(rlimit.soft())
                                + " is above hard limit "
                                + Long.toUnsignedString(rlimit.hard()));
            }
        }
    }

    /** sched_setattr(2): real-time policies have a priority of 1 to 99, the others none. */
    static void priorityFitsPolicy(Scheduler scheduler, JsonPointer pointer, Findings findings) {
        boolean realTime = scheduler.policy() == SchedulerPolicy.FIFO || scheduler.policy() == SchedulerPolicy.RR;
        if (findings.isUnreadable(pointer)) {
            return;
        }
        if (realTime && scheduler.priority() == 0) {
            findings.violation(pointer.child("priority"), scheduler.policy() + " needs a priority of 1 to 99");
        } else if (!realTime && scheduler.priority() != 0) {
            findings.violation(pointer.child("priority"), scheduler.policy() + " has no priority");
        }
    }

    /** sched_setattr(2): only SCHED_DEADLINE has these, with runtime &lt;= deadline &lt;= period, a period of 0 standing for the deadline. */
    static void deadlineFitsPolicy(Scheduler scheduler, JsonPointer pointer, Findings findings) {
        long runtime = scheduler.runtime();
        long deadline = scheduler.deadline();
        long period = scheduler.period();
        if (findings.isUnreadable(pointer)) {
            return;
        }
        if (scheduler.policy() != SchedulerPolicy.DEADLINE) {
            if (runtime != 0 || deadline != 0 || period != 0) {
                findings.violation(
                        pointer, "runtime, deadline and period are for SCHED_DEADLINE, not " + scheduler.policy());
            }
        } else if (Long.compareUnsigned(runtime, 1024) < 0) {
            findings.violation(pointer.child("runtime"), "must be at least 1024 ns for SCHED_DEADLINE");
        } else if (Long.compareUnsigned(runtime, deadline) > 0) {
            findings.violation(pointer.child("deadline"), "must not be below runtime");
        } else if (period != 0 && Long.compareUnsigned(deadline, period) > 0) {
            findings.violation(pointer.child("period"), "must not be below deadline");
        }
    }

    /** "a list of CPUs, with dashes to represent ranges"; a bad list is an error. */
    static void affinityIsAList(ExecCpuAffinity affinity, JsonPointer pointer, Findings findings) {
        IndexLists.require(affinity.initial(), pointer.child("initial"), findings);
        IndexLists.require(affinity.finalCpus(), pointer.child("final"), findings);
    }
}
