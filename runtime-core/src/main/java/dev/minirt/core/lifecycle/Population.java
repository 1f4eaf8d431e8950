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
     */
    public List<Integer> pids(ContainerId id) {
        var container = Recordings.of(observer, around.store().find(id)).container();
        var cgroup = Recordings.cgroup(observer, container);
        if (cgroup.isEmpty()) {
            return List.of();
        }
        var pids = new ArrayList<>(new Cgroup(cgroup.get(), around.processes()).processes());
        Collections.sort(pids);
        return pids;
    }
}
