package dev.minirt.core.plan;

/** A plan that cannot be executed as it stands: a bug of the stages, not of a config. Names the steps that contradict each other. */
public final class PlanVerificationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PlanVerificationException(String message) {
        super(message);
    }
}
