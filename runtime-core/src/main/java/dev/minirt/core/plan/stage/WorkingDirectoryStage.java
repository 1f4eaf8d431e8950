package dev.minirt.core.plan.stage;

import dev.minirt.core.op.ChangeDirectory;
import dev.minirt.core.op.MakeDirectory;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Spec;

/**
 * The working directory (P4): made while the root may be written, entered as root if the process's user could not, else
 * once more as that user, who may be the only one who can (a home on NFS).
 */
final class WorkingDirectoryStage implements Stage {
    private static final int MODE = 0755;

    private final boolean make;

    /**
     * A stage.
     *
     * @param make whether a missing directory is made: by create, as the peers do, while exec refuses it
     */
    WorkingDirectoryStage(boolean make) {
        this.make = make;
    }

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty()) {
            return;
        }
        var path = spec.process().get().cwd();
        var pointer = Pointers.PROCESS.child("cwd");
        if (make) {
            builder.add(Phase.WORKING_DIRECTORY, new MakeDirectory(path, MODE), pointer);
        }
        builder.add(Phase.PROCESS, new ChangeDirectory(path, true), pointer);
        builder.add(Phase.EXECUTABLE, new ChangeDirectory(path, false), pointer);
    }
}
