package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.op.ProbeSeccomp;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.core.seccomp.SeccompCompiler;
import dev.minirt.core.seccomp.SyscallAbi;
import dev.minirt.core.seccomp.SyscallTable;
import dev.minirt.spec.Process;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import java.util.HashSet;
import java.util.List;

/** The system call filter (A10; S8 for its place). */
final class SeccompStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.linux().seccomp().isEmpty() || spec.process().isEmpty()) {
            return;
        }
        var seccomp = spec.linux().seccomp().get();
        try {
            var filter = SeccompCompiler.compile(seccomp, SyscallAbi.of(facts.architecture()));
            add(
                    new LoadSeccomp(filter.flags(), Bytes.of(filter.toBytes())),
                    spec.process().get(),
                    builder);
            warnOfUnknown(seccomp, filter.unknownNames(), builder);
        } catch (SpecException e) {
            builder.violations(e.violations());
        }
    }

    static void add(LoadSeccomp filter, Process process, PlanBuilder builder) {
        builder.add(Phase.PROCESS, new ProbeSeccomp(filter.flags()), Pointers.SECCOMP.child("flags"));
        builder.add(process.noNewPrivileges() ? Phase.SECCOMP : Phase.SECCOMP_PRIVILEGED, filter, Pointers.SECCOMP);
    }

    /**
     * S5: names of no interface that the filter covers are skipped, which is usual, since profiles are written for many machines. One that exists nowhere is a
     * mistake, or newer than we are.
     */
    private static void warnOfUnknown(Seccomp seccomp, List<String> unknown, PlanBuilder builder) {
        if (unknown.isEmpty()) {
            return;
        }
        var anywhere = SyscallTable.ofAny();
        var nowhere = new HashSet<String>();
        for (var name : unknown) {
            if (anywhere.number(name).isEmpty()) {
                nowhere.add(name);
            }
        }
        for (int i = 0; !nowhere.isEmpty() && i < seccomp.syscalls().size(); i++) {
            var names = seccomp.syscalls().get(i).names();
            for (int j = 0; j < names.size(); j++) {
                if (nowhere.contains(names.get(j))) {
                    builder.warn(
                            Pointers.SECCOMP
                                    .child("syscalls")
                                    .child(i)
                                    .child("names")
                                    .child(j),
                            "unknown system call " + Quoted.of(names.get(j)) + " is left out");
                }
            }
        }
    }
}
