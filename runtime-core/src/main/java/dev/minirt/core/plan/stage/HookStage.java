package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.SyncPoint;
import dev.minirt.core.op.RunHook;
import dev.minirt.core.op.Synchronize;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.Spec;
import java.util.List;

/** Hooks (A4; config.md#posix-platform-hooks): some run by the runtime on the host, some by init in the container. */
final class HookStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var hooks = spec.hooks();
        if (!hooks.prestart().isEmpty() || !hooks.createRuntime().isEmpty()) {
            builder.add(Phase.CREATE_RUNTIME_HOOKS, new Synchronize(SyncPoint.CREATE_RUNTIME), Pointers.HOOKS);
            onHost(HookKind.PRESTART, Phase.CREATE_RUNTIME_HOOKS, spec, builder);
            onHost(HookKind.CREATE_RUNTIME, Phase.CREATE_RUNTIME_HOOKS, spec, builder);
        }
        // In the bundle, never in the root: a program of the image must not be found through the working directory.
        inContainer(
                HookKind.CREATE_CONTAINER,
                Phase.CREATE_CONTAINER_HOOKS,
                ContainerStatus.CREATING,
                options.bundle(),
                List.of(),
                spec,
                options,
                builder);
        if (spec.process().isPresent()) {
            // Without an environment of their own these get the process's, as in other runtimes (H3).
            inContainer(
                    HookKind.START_CONTAINER,
                    Phase.START_CONTAINER_HOOKS,
                    ContainerStatus.CREATED,
                    "/",
                    spec.process().get().env(),
                    spec,
                    options,
                    builder);
            onHost(HookKind.POSTSTART, Phase.STARTED, spec, builder);
        }
        onHost(HookKind.POSTSTOP, Phase.DELETED, spec, builder);
    }

    private static void onHost(HookKind kind, Phase phase, Spec spec, PlanBuilder builder) {
        var list = spec.hooks().of(kind);
        for (int i = 0; i < list.size(); i++) {
            builder.add(
                    phase,
                    new HostAction.RunRuntimeHook(kind, i, list.get(i)),
                    Pointers.HOOKS.child(kind.specName()).child(i));
        }
    }

    private static void inContainer(
            HookKind kind,
            Phase phase,
            ContainerStatus status,
            String directory,
            List<String> environment,
            Spec spec,
            PlanOptions options,
            PlanBuilder builder) {
        var list = spec.hooks().of(kind);
        if (list.isEmpty()) {
            return;
        }
        var state = HookState.of(spec, options.id(), options.bundle(), status);
        for (int i = 0; i < list.size(); i++) {
            var hook = list.get(i);
            builder.add(
                    phase,
                    new RunHook(
                            hook.path(),
                            args(hook),
                            hook.env().isEmpty() ? environment : hook.env(),
                            hook.timeout().orElse(0),
                            directory,
                            state.before(),
                            state.after()),
                    Pointers.HOOKS.child(kind.specName()).child(i));
        }
    }

    private static List<String> args(Hook hook) {
        return hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
    }
}
