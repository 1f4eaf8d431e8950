package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.Failure;
import dev.minirt.core.plan.Plan;

/** Turns what the driver reports of a program into one message through the plan. */
final class Failures {
    private Failures() {}

    static RuntimeException ofOperation(Plan plan, Failure failure) {
        var program = plan.program();
        var step = program.get(failure.operation());
        return new ContainerException(
                step + " step " + failure.step() + ": " + failure.detail() + ": " + ErrnoWords.of(failure.code()));
    }

    static RuntimeException ofDeath(Plan plan, int operation, int waitStatus) {
        var program = plan.program();
        return new ContainerException("init died in " + program.get(operation) + " status " + waitStatus);
    }
}
