package dev.minirt.spec.rule;

import dev.minirt.spec.Hooks;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Linux;
import dev.minirt.spec.Process;
import dev.minirt.spec.Resources;
import dev.minirt.spec.Spec;
import dev.minirt.spec.State;

/** All rules, by kind of document. */
public final class SpecRules {
    private SpecRules() {}

    /** Applies the rules of a configuration. */
    public static void check(Spec spec, Findings findings) {
        GeneralRules.versionIsSupported(spec, findings);
        GeneralRules.rootPathIsGiven(spec, findings);
        GeneralRules.namesNeedUtsNamespace(spec, findings);
        GeneralRules.namesAreShort(spec, findings);
        GeneralRules.annotationsHaveKeys(spec.annotations(), findings);
        MountRules.check(spec, findings);
        if (spec.process().isPresent()) {
            ProcessRules.check(spec.process().get(), JsonPointer.of("/process"), findings);
        }
        checkHooks(spec.hooks(), findings);
        Linux linux = spec.linux();
        NamespaceRules.check(linux, findings);
        LinuxRules.check(linux, findings);
        if (linux.resources().isPresent()) {
            ResourceRules.check(linux.resources().get(), JsonPointer.of("/linux/resources"), findings);
        }
        if (linux.seccomp().isPresent()) {
            SeccompRules.check(linux.seccomp().get(), findings);
        }
    }

    /** Applies the rules of the hooks of a configuration. */
    public static void checkHooks(Hooks hooks, Findings findings) {
        HookRules.check(hooks, findings);
    }

    /** Applies the rules of a process that joins a container. */
    public static void checkProcess(Process process, Findings findings) {
        ProcessRules.check(process, JsonPointer.ROOT, findings);
    }

    /** Applies the rules of limits that replace others. */
    public static void checkResources(Resources resources, Findings findings) {
        ResourceRules.check(resources, JsonPointer.ROOT, findings);
    }

    /** Applies the rules of a state. */
    public static void checkState(State state, Findings findings) {
        StateRules.check(state, findings);
    }
}
