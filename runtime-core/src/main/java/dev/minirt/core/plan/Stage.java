package dev.minirt.core.plan;

import dev.minirt.spec.Spec;

/**
 * What one section of the spec contributes to a plan. A stage is pure and keeps nothing between calls; it says when through a
 * {@link Phase}, never through its own place among the stages, except within one phase.
 */
public interface Stage {
    /** Adds the steps, warnings and violations that follow from the stage's section. */
    void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder);
}
