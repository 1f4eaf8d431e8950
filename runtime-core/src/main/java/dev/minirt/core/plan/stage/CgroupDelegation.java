package dev.minirt.core.plan.stage;

import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.spec.IdMapping;
import dev.minirt.spec.Linux;
import dev.minirt.spec.Mount;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;
import java.util.OptionalLong;

/**
 * Whether the container's cgroup becomes its user's, so that a program such as systemd can make cgroups below it (C5;
 * config-linux.md, Cgroup ownership): the container has a new cgroup namespace, and {@code cgroup} mounted on /sys/fs/cgroup to write.
 */
final class CgroupDelegation {
    private static final String DESTINATION = "/sys/fs/cgroup";

    private CgroupDelegation() {}

    static void plan(Spec spec, String directory, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty() || !spec.linux().createsNamespace(NamespaceType.CGROUP)) {
            return;
        }
        // What is mounted there last is what the container sees.
        for (int i = spec.mounts().size() - 1; i >= 0; i--) {
            var mount = spec.mounts().get(i);
            if (ContainerPath.clean(mount.destination()).equals(DESTINATION)) {
                var owner = host(spec.process().get().user().uid(), spec.linux());
                if (isWritableCgroup(mount) && owner.isPresent() && mayGive(owner.getAsLong(), facts)) {
                    builder.add(
                            Phase.CGROUP,
                            new HostAction.DelegateCgroup(directory, owner.getAsLong()),
                            Pointers.MOUNTS.child(i));
                }
                return;
            }
        }
    }

    private static boolean isWritableCgroup(Mount mount) {
        boolean readOnly = false;
        for (var option : mount.options()) {
            switch (option) {
                case "ro", "rro" -> readOnly = true;
                case "rw", "rrw" -> readOnly = false;
                default -> {}
            }
        }
        return !readOnly && mount.source().filter("cgroup"::equals).isPresent();
    }

    /** Only root can give files away; "MAY" leaves the others as they are. */
    private static boolean mayGive(long owner, HostFacts facts) {
        return facts.uid() == 0 || facts.uid() == owner;
    }

    /** The host's id of a user of the container; unknown in a user namespace that is joined. */
    private static OptionalLong host(long uid, Linux linux) {
        if (!linux.hasNamespace(NamespaceType.USER)) {
            return OptionalLong.of(uid);
        }
        if (linux.createsNamespace(NamespaceType.USER)) {
            for (IdMapping mapping : linux.uidMappings()) {
                if (uid >= mapping.containerID() && uid - mapping.containerID() < mapping.size()) {
                    return OptionalLong.of(mapping.hostID() + uid - mapping.containerID());
                }
            }
        }
        return OptionalLong.empty();
    }
}
