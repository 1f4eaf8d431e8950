package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.RunEvent;
import dev.minirt.core.op.SetGroups;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.PlannedStep;
import java.util.List;

/** What is told of an operation that went another way than the first. */
final class Detours {
    private static final String DENIED = "denied";

    private Detours() {}

    /** Tells of it: as a warning if the process is not what the configuration makes one expect. */
    static void tell(Diary diary, List<PlannedStep> program, RunEvent.Branch taken) {
        int operation = taken.operation();
        if (operation < 0
                || operation >= program.size()
                || !(program.get(operation).action() instanceof Action.Interpreted(var _, var op))
                || taken.branch() < 0
                || taken.branch() >= op.branches().size()) {
            diary.debug("an unknown operation went another way");
            return;
        }
        var place = program.get(operation).pointer();
        var way = op.branches().get(taken.branch()).name();
        if (op instanceof SetGroups && way.equals(DENIED)) {
            diary.warning(place.field()
                    + ": the user namespace denies setgroups, so the process keeps the runtime's supplementary groups");
        } else if (diary.isDebugging()) {
            diary.debug(op.getClass().getSimpleName() + " of " + (place.isRoot() ? "minirt" : place.field())
                    + " went the way " + way);
        }
    }
}
