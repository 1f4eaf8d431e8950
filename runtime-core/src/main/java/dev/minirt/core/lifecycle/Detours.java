package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.RunEvent;
import dev.minirt.core.op.SetGroups;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Plan;

/** What is told of an operation that went another way than the first. */
final class Detours {
    private static final String DENIED = "denied";

    private Detours() {}

    /** Tells of it: as a warning if the process is not what the configuration makes one expect. */
    static void tell(Diary diary, Plan plan, RunEvent.Branch taken) {
        int operation = taken.operation();
        int branch = taken.branch();
        var program = plan.program();
        if (operation >= 0
                && operation < program.size()
                && program.get(operation).action() instanceof Action.Interpreted(var _, var op)
                && op instanceof SetGroups
                && branch >= 0
                && branch < op.branches().size()
                && op.branches().get(branch).name().equals(DENIED)) {
            diary.warning(program.get(operation).pointer().field()
                    + ": the user namespace denies setgroups, so the process keeps the runtime's supplementary groups");
        } else {
            diary.debug(taken.toString());
        }
    }
}
