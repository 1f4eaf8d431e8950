package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.store.ContainerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Who lives in a container. */
public final class Population {
    private final Surroundings around;
    private final Observer observer;

    public Population(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
    }

    /**
     * The pids of all processes of a container, in our pid namespace, ascending: those in its cgroup and all below it. None for one that is stopped,
     * unless it has left some behind.
     *
     * @throws ContainerException if the container lives, but no longer in its cgroup: then nobody knows which processes are its
     */
    public List<Integer> pids(ContainerId id) {
        var recorded = Recordings.of(observer, around.store().find(id));
        var path = Recordings.cgroup(observer, recorded.container());
        if (path.isEmpty()) {
            return List.of();
        }
        var cgroup = new Cgroup(path.get(), around.processes());
        var pids = new ArrayList<>(cgroup.processes());
        if (pids.isEmpty() && recorded.pid().isPresent() && !cgroup.exists()) {
            throw new ContainerException("cgroup " + path.get() + " of the container is gone, though its process "
                    + recorded.pid().getAsInt() + " lives: somebody has moved it");
        }
        Collections.sort(pids);
        return pids;
    }
}
