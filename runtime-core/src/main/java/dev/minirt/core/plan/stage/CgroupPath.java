package dev.minirt.core.plan.stage;

import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.Spec;

/**
 * Where a container's cgroup is (C1, C2): {@code linux.cgroupsPath} below the cgroup2 mount if it is absolute, below our
 * own cgroup there if it is relative, and in that one by the container's id if it is unset.
 */
final class CgroupPath {
    /** The cgroup below which relative paths lie. */
    static final String BASE = "minirt";

    private CgroupPath() {}

    /** The absolute path of the directory; {@link CgroupStage} refuses the configs for which it would be nonsense. */
    static String directory(Spec spec, PlanOptions options, HostFacts facts) {
        var mount = facts.cgroupRoot().orElse("/sys/fs/cgroup");
        var path = spec.linux().cgroupsPath();
        if (path.isEmpty()) {
            return mount + "/" + BASE + "/" + options.id();
        }
        var relative = ContainerPath.clean(path.get());
        return path.get().startsWith("/") ? mount + relative : mount + "/" + BASE + relative;
    }
}
