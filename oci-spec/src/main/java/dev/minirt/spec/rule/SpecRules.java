package dev.minirt.spec.rule;

import dev.minirt.spec.Process;
import dev.minirt.spec.Resources;
import dev.minirt.spec.Spec;
import dev.minirt.spec.State;

/** All rules, by kind of document. */
public final class SpecRules {
    private SpecRules() {}

    /** Applies the rules of a configuration. */
    public static void check(Spec spec, Findings findings) {}

    /** Applies the rules of a process that joins a container. */
    public static void checkProcess(Process process, Findings findings) {}

    /** Applies the rules of limits that replace others. */
    public static void checkResources(Resources resources, Findings findings) {}

    /** Applies the rules of a state. */
    public static void checkState(State state, Findings findings) {}
}
