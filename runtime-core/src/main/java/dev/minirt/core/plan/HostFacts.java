package dev.minirt.core.plan;

import dev.minirt.core.linux.Capability;
import dev.minirt.spec.SeccompArchitecture;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a plan depends on that only the host knows. {@link #typical()} stands in where the host must not matter.
 *
 * @param cgroupRoot absolute path of the cgroup2 mount that is used, if the host has one
 * @param controllers controllers that this mount offers, as its {@code cgroup.controllers} lists them
 * @param ownCgroups where cgroups of containers can be
 * @param architecture the machine's own system call architecture
 * @param uid user id of the caller
 * @param capabilities what the caller can grant: its permitted set (CapPrm of /proc/self/status), as far as we know the names
 * @param inUserNamespace whether the caller is in a user namespace of its own: its capabilities are not over the host then
 */
public record HostFacts(
        Optional<String> cgroupRoot,
        Set<String> controllers,
        OwnCgroups ownCgroups,
        SeccompArchitecture architecture,
        long uid,
        Set<Capability> capabilities,
        boolean inUserNamespace) {
    public HostFacts {
        controllers = Set.copyOf(controllers);
        var inOrder = EnumSet.noneOf(Capability.class);
        inOrder.addAll(capabilities);
        capabilities = Collections.unmodifiableSet(inOrder);
    }

    /** Of the machine's root. */
    public HostFacts(
            Optional<String> cgroupRoot,
            Set<String> controllers,
            SeccompArchitecture architecture,
            long uid,
            Set<Capability> capabilities) {
        this(
                cgroupRoot,
                controllers,
                OwnCgroups.ofRoot(cgroupRoot.orElse("/sys/fs/cgroup")),
                architecture,
                uid,
                capabilities,
                false);
    }

    /** A root caller with all capabilities, on an x86_64 host with cgroup v2 at /sys/fs/cgroup and all its controllers. */
    public static HostFacts typical() {
        return new HostFacts(
                Optional.of("/sys/fs/cgroup"),
                Set.of("cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc"),
                SeccompArchitecture.X86_64,
                0,
                EnumSet.allOf(Capability.class));
    }
}
