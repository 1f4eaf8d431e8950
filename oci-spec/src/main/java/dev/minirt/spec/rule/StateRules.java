package dev.minirt.spec.rule;

import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.State;

/** Rules of the state of a container (runtime.md, State). */
final class StateRules {
    private StateRules() {}

    static void check(State state, Findings findings) {
        idIsGiven(state, findings);
        bundleIsAbsolute(state, findings);
        liveContainerHasPid(state, findings);
    }

    static void idIsGiven(State state, Findings findings) {
        if (state.id().isEmpty()) {
            findings.violation(JsonPointer.of("/id"), "must not be empty");
        }
    }

    /** "bundle is the absolute path to the container's bundle directory". */
    static void bundleIsAbsolute(State state, Findings findings) {
        if (!state.bundle().startsWith("/")) {
            findings.violation(JsonPointer.of("/bundle"), "must be an absolute path, got " + Quoted.of(state.bundle()));
        }
    }

    /** "REQUIRED when status is created or running on Linux". */
    static void liveContainerHasPid(State state, Findings findings) {
        boolean live = state.status() == ContainerStatus.CREATED || state.status() == ContainerStatus.RUNNING;
        if (live && state.pid().orElse(0) == 0 && !findings.isUnreadable(JsonPointer.of("/status"))) {
            findings.violation(JsonPointer.of("/pid"), "required for a container that is " + state.status());
        }
    }
}
