package dev.minirt.core.plan;

import dev.minirt.core.op.Context;
import dev.minirt.core.op.Op;

/** What a step of a plan does: an operation that C interprets, or something the runtime itself does on the host. */
public sealed interface Action permits Action.Interpreted, HostAction {
    /**
     * An operation of the program.
     *
     * @param context the process that executes it
     * @param op the operation
     */
    record Interpreted(Context context, Op op) implements Action {
        public Interpreted {
            if (!op.contexts().contains(context)) {
                throw new IllegalArgumentException(op.getClass().getSimpleName() + " does not run in " + context);
            }
        }
    }
}
