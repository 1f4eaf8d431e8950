package dev.minirt.core.plan.stage;

import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.plan.ExecTarget;
import dev.minirt.core.plan.Planner;
import dev.minirt.core.plan.Stage;
import java.util.List;
import java.util.Optional;

/**
 * The stages that make up an exec: another program over the same operations. The configuration is the container's, with the
 * process that is to join it in the place of its own.
 */
public final class ExecStages {
    private ExecStages() {}

    /** A planner for processes that join a container. */
    public static Planner planner(ExecTarget target) {
        return planner(target, Optional.empty());
    }

    /**
     * A planner for processes that join a container.
     *
     * @param filter the container's system call filter, if there is no need to compile it; then that of the configuration is not looked at
     */
    public static Planner planner(ExecTarget target, Optional<LoadSeccomp> filter) {
        return new Planner(() -> inOrder(target, filter));
    }

    /** The stages; their order matters only between steps of the same phase. */
    static List<Stage> inOrder(ExecTarget target, Optional<LoadSeccomp> filter) {
        return List.of(
                new UnsupportedStage(),
                new SanitizeStage(),
                new JoinStage(target),
                new ExecTerminalStage(),
                new PrivateProcStage(false),
                new ProcessStage(),
                new CpuAffinityStage(true),
                new SchedulingStage(),
                new ResourceLimitStage(),
                new CredentialStage(),
                new WorkingDirectoryStage(false),
                new ExecuteStage(),
                new CapabilityStage(),
                new NoNewPrivilegesStage(),
                filter.isPresent() ? new CompiledSeccompStage(filter.get()) : new SeccompStage());
    }
}
