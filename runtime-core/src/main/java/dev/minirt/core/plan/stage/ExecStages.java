package dev.minirt.core.plan.stage;

import dev.minirt.core.plan.ExecTarget;
import dev.minirt.core.plan.Planner;
import dev.minirt.core.plan.Stage;
import java.util.List;

/**
 * The stages that make up an exec: another program over the same operations. The configuration is the container's, with the
 * process that is to join it in the place of its own.
 */
public final class ExecStages {
    private ExecStages() {}

    /** A planner for processes that join a container. */
    public static Planner planner(ExecTarget target) {
        return new Planner(inOrder(target));
    }

    /** The stages; their order matters only between steps of the same phase. */
    static List<Stage> inOrder(ExecTarget target) {
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
                new SeccompStage());
    }
}
