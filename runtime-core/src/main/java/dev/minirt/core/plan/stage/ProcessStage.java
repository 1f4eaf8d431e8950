package dev.minirt.core.plan.stage;

import dev.minirt.core.op.DieWithParent;
import dev.minirt.core.op.JoinSessionKeyring;
import dev.minirt.core.op.NewSession;
import dev.minirt.core.op.OwnStdio;
import dev.minirt.core.op.SetExecLabel;
import dev.minirt.core.op.SetOomScoreAdjustment;
import dev.minirt.core.op.SetPersonality;
import dev.minirt.core.op.SetUmask;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Process;
import dev.minirt.spec.Spec;
import java.util.List;

/** Attributes of the process that are neither limits nor credentials (P8, P15 to P17, N13). */
final class ProcessStage implements Stage {
    private static final int PER_LINUX = 0;
    private static final int PER_LINUX32 = 8;

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        builder.add(Phase.DETACH_FROM_CALLER, new DieWithParent(), JsonPointer.ROOT);
        builder.add(Phase.DETACH_FROM_CALLER, new NewSession(), JsonPointer.ROOT);
        if (!options.noNewKeyring()) {
            // Made by the root of the user namespace, which the process may be.
            builder.add(Phase.NAMESPACE_ROOT, new JoinSessionKeyring("_ses." + options.id()), JsonPointer.ROOT);
        }
        if (spec.linux().personality().isPresent()) {
            var pointer = Pointers.LINUX.child("personality").child("domain");
            int domain = switch (spec.linux().personality().get().domain()) {
                case LINUX -> PER_LINUX;
                case LINUX32 -> PER_LINUX32;
            };
            builder.add(Phase.PROCESS, new SetPersonality(domain), pointer);
        }
        if (spec.process().isPresent()) {
            process(spec.process().get(), options, builder);
        }
    }

    private static void process(Process process, PlanOptions options, PlanBuilder builder) {
        if (process.oomScoreAdj().isPresent()) {
            builder.add(
                    Phase.HOST_PRIVILEGES,
                    new SetOomScoreAdjustment(process.oomScoreAdj().getAsInt()),
                    Pointers.PROCESS.child("oomScoreAdj"));
        }
        label(process, builder);
        // The launcher runs with a mask of its own, so the caller's must be restored if the config says nothing.
        var umask = process.user().umask();
        builder.add(
                Phase.PROCESS,
                new SetUmask(umask.orElse(options.callerUmask())),
                umask.isPresent() ? Pointers.USER.child("umask") : JsonPointer.ROOT);
        if (process.user().uid() != 0) {
            builder.add(Phase.PROCESS, new OwnStdio((int) process.user().uid()), Pointers.USER.child("uid"));
        }
    }

    private static void label(Process process, PlanBuilder builder) {
        if (process.apparmorProfile().isPresent()) {
            builder.add(
                    Phase.PROCESS,
                    new SetExecLabel(
                            // The first is AppArmor's own, since Linux 5.8; the second belongs to whichever module came
                            // first.
                            List.of("attr/apparmor/exec", "attr/exec"),
                            "exec " + process.apparmorProfile().get()),
                    Pointers.PROCESS.child("apparmorProfile"));
        }
        if (process.selinuxLabel().isPresent()) {
            builder.add(
                    Phase.PROCESS,
                    new SetExecLabel(
                            List.of("attr/exec"), process.selinuxLabel().get()),
                    Pointers.PROCESS.child("selinuxLabel"));
        }
    }
}
