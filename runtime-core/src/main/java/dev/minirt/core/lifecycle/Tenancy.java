package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.cgroup.CgroupException;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.ContainerStatus;
import org.jspecify.annotations.Nullable;

/**
 * Whose a cgroup is that exists and is empty: between a create's look at it and the birth of its init nothing in the cgroup itself tells. A create records the
 * path before it looks, so of two at the same time at least one sees the other, below the same state root.
 */
final class Tenancy {
    private final Surroundings around;
    private final Observer observer;

    Tenancy(Surroundings around, Observer observer) {
        this.around = around;
        this.observer = observer;
    }

    /**
     * Looks for other containers in a cgroup, or about to be in it; slow, for it reads all records. What the caller wants is recorded already.
     *
     * @throws CgroupException if there is one
     */
    void refuseOthers(ContainerId id, Cgroup cgroup, String path) {
        var other = other(id, path, false);
        if (other != null) {
            throw new CgroupException(
                    "container's cgroup is not empty: it is that of container " + other + ": " + path);
        }
        // One that we have seen before it was recorded as created, and not seen since, is in there by now.
        if (cgroup.isPopulated()) {
            throw new CgroupException("container's cgroup is not empty: " + path);
        }
    }

    /**
     * Looks for another container in a cgroup that was this one's: it may be given to the next one when all processes have left it. Slow as above.
     *
     * @return null if there is none
     */
    @Nullable
    ContainerId heir(ContainerId id, String path) {
        return other(id, path, false);
    }

    /** The same for one whose cgroup is below. */
    @Nullable
    ContainerId neighbourBelow(ContainerId id, String path) {
        return other(id, path, true);
    }

    private @Nullable ContainerId other(ContainerId id, String path, boolean below) {
        for (var other : around.store().ids()) {
            if (!other.equals(id)
                    && observer.observe(around.store().directory(other))
                            instanceof Observation.Recorded(var container, var status)
                    && status != ContainerStatus.STOPPED
                    && container.cgroup().isPresent()) {
                var theirs = container.cgroup().get().path();
                if (theirs.equals(path) || (below && theirs.startsWith(path + "/"))) {
                    return other;
                }
            }
        }
        return null;
    }
}
