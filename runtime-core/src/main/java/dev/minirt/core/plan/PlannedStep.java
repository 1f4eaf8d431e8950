package dev.minirt.core.plan;

import dev.minirt.spec.JsonPointer;

/**
 * A step of a plan.
 *
 * @param phase when
 * @param action what
 * @param pointer the member of config.json that asked for it; the root pointer if it is part of every container
 */
public record PlannedStep(Phase phase, Action action, JsonPointer pointer) {}
