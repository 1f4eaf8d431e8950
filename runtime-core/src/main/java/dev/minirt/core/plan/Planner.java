package dev.minirt.core.plan;

import dev.minirt.spec.Spec;
import java.util.List;
import java.util.function.Supplier;

/**
 * Compiles a config into a plan with a list of stages. A pure function of its arguments.
 *
 * @see dev.minirt.core.plan.stage.ContainerStages the stages of a container
 */
public final class Planner {
    private final Supplier<List<Stage>> stages;

    /**
     * A planner with these stages; their order decides within a phase. They are asked for when something is planned: most commands do not, and loading all the
     * stages would take them a millisecond.
     */
    public Planner(Supplier<List<Stage>> stages) {
        this.stages = stages;
    }

    /**
     * What will be done for a container.
     *
     * @throws dev.minirt.spec.SpecException with everything in the config that cannot be honoured, or not on this host
     * @throws PlanVerificationException if the stages contradict each other, which is a bug of minirt
     */
    public Plan plan(Spec spec, PlanOptions options, HostFacts facts) {
        var builder = new PlanBuilder();
        for (var stage : stages.get()) {
            stage.plan(spec, options, facts, builder);
        }
        var plan = builder.build(options.preservedDescriptors());
        PlanVerifier.verify(plan);
        return plan;
    }
}
