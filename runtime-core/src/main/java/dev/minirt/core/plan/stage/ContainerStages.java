package dev.minirt.core.plan.stage;

import dev.minirt.core.plan.Planner;
import dev.minirt.core.plan.Stage;
import java.util.List;

/** The stages that make up a container. */
public final class ContainerStages {
    private ContainerStages() {}

    /** A planner for containers. */
    public static Planner planner() {
        return new Planner(ContainerStages::inOrder);
    }

    /** The stages; their order matters only between steps of the same phase. */
    public static List<Stage> inOrder() {
        return List.of(
                new UnsupportedStage(),
                new CgroupStage(),
                new StateStage(),
                new SanitizeStage(),
                new GateStage(),
                new NamespaceStage(),
                new RootfsStage(),
                new PrivateProcStage(true),
                new MountStage(),
                new NotifyStage(),
                new DeviceStage(),
                new DeviceLinkStage(),
                new TerminalStage(),
                new HostnameStage(),
                new NetworkStage(),
                new SysctlStage(),
                new HookStage(),
                new RootStage(),
                new MaskedPathStage(),
                new ReadonlyPathStage(),
                new ProcessStage(),
                new CpuAffinityStage(false),
                new SchedulingStage(),
                new ResourceLimitStage(),
                new CredentialStage(),
                new WorkingDirectoryStage(true),
                new ExecuteStage(),
                new CapabilityStage(),
                new NoNewPrivilegesStage(),
                new SeccompStage());
    }
}
