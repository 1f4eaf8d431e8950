package dev.minirt.core.plan.stage;

import dev.minirt.core.cgroup.systemd.ScopeName;
import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.Spec;
import java.util.Optional;

/**
 * Where a container's cgroup is (C1, C2): {@code linux.cgroupsPath} below the cgroup2 mount if it is absolute, below our
 * own cgroup there if it is relative, and in that one by the container's id if it is unset. Ordinary users have one that
 * depends on what was delegated to them, or none.
 */
final class CgroupPath {
    private CgroupPath() {}

    /**
     * The absolute path of the directory; {@link CgroupStage} refuses the configs for which it would be nonsense. Empty if the caller may
     * make no cgroups, and the config does not ask for a certain one.
     */
    static Optional<String> directory(Spec spec, PlanOptions options, HostFacts facts) {
        var path = spec.linux().cgroupsPath();
        if (path.isPresent() && path.get().startsWith("/")) {
            return Optional.of(facts.cgroupRoot().orElse("/sys/fs/cgroup") + ContainerPath.clean(path.get()));
        }
        var base = facts.ownCgroups().base();
        var name = path.isPresent() ? ContainerPath.clean(path.get()) : "/" + options.id();
        return base.isPresent() ? Optional.of(base.get() + name) : Optional.empty();
    }

    /** The absolute path of the cgroup that the container will be in. */
    static String place(Spec spec, PlanOptions options, HostFacts facts) {
        if (options.systemd().isEmpty()) {
            return directory(spec, options, facts).orElse(facts.ownCgroups().current());
        }
        var systemd = options.systemd().get();
        try {
            return ofUnit(ScopeName.of(spec.linux().cgroupsPath(), options.id(), systemd.user()), systemd, facts);
        } catch (IllegalArgumentException e) {
            // UnitPlan has said so.
            return facts.ownCgroups().current();
        }
    }

    /** The absolute path of the directory of a unit of systemd. */
    static String ofUnit(ScopeName name, SystemdInstance systemd, HostFacts facts) {
        return facts.cgroupRoot().orElse("/sys/fs/cgroup") + systemd.controlGroup() + name.path();
    }
}
