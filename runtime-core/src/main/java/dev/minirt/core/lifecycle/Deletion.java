package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.core.store.StoreException;
import dev.minirt.core.store.StoredState;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.json.SpecReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The delete operation (runtime.md, Delete). */
public final class Deletion {
    private static final long LOCK_PATIENCE_MILLISECONDS = 10_000;

    /** Less where the container is to go whatever happens: then whoever is in the way is named soon. */
    private static final long FORCED_LOCK_PATIENCE_MILLISECONDS = 1_500;

    private final Surroundings around;
    private final Observer observer;

    public Deletion(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
    }

    /**
     * Removes a container that is stopped.
     *
     * @throws ContainerException if it is not, without effect
     */
    public void delete(ContainerId id) {
        var directory = around.store().find(id);
        try (var _ = directory.lock(LOCK_PATIENCE_MILLISECONDS)) {
            var observed = observer.observe(directory);
            if (observed instanceof Observation.Recorded(var container, var status)) {
                requireStopped(id, status);
                new Destruction(around, observer).destroy(directory, container);
            } else if (observed instanceof Observation.Broken broken) {
                throw new ContainerException(broken.reason() + "; only delete --force removes container " + id);
            } else {
                HostRoot.detach(around.driver(), directory);
                directory.remove();
            }
        }
    }

    private static void requireStopped(ContainerId id, ContainerStatus status) {
        if (status != ContainerStatus.STOPPED) {
            throw new ContainerException(
                    "cannot delete container " + id + " that is not stopped: " + status.specName());
        }
    }

    /**
     * Removes a container whatever its status, killing what is left of it. Does nothing if there is none: engines clean up this way after
     * everything.
     */
    public void deleteByForce(ContainerId id) {
        var directory = around.store().directory(id);
        if (!directory.exists()) {
            return;
        }
        // A start may wait for a hook of the container, and holds the lock meanwhile: it ends with init.
        if (observer.observe(directory) instanceof Observation.Recorded(var container, var _)
                && observer.isOfThisBoot(container)
                && container.init().isPresent()) {
            var init = container.init().get();
            around.driver().signal(init.pid(), init.startTime(), SignalNumber.KILL);
        }
        try (var _ = directory.lock(FORCED_LOCK_PATIENCE_MILLISECONDS)) {
            var stored = directory.read();
            if (stored instanceof StoredState.Known(var container)) {
                new Destruction(around, observer).destroy(directory, container);
                return;
            }
            if (stored instanceof StoredState.Broken broken) {
                around.diary().trouble("container " + id + ": " + broken.reason());
                removeByConfiguration(directory);
            }
            HostRoot.detach(around.driver(), directory);
            directory.remove();
        } catch (StoreException e) {
            // Another delete was faster: then there is nothing left to do.
            if (directory.exists()) {
                throw e;
            }
        }
    }

    /** Where the record is unreadable the kept configuration still says which cgroup was the container's. */
    private void removeByConfiguration(ContainerDirectory directory) {
        try {
            var spec = SpecReader.read(directory.readConfig()).document();
            if (new ContainerUnits(around).removeByName(directory, spec.linux().cgroupsPath())) {
                return;
            }
            var options = new PlanOptions(
                    directory.id().text(),
                    "/",
                    directory.path().toString(),
                    Optional.empty(),
                    false,
                    false,
                    0,
                    around.umask());
            var plan = around.planner().plan(spec, options, around.facts().get());
            for (var step : plan.steps()) {
                if (step.action() instanceof HostAction.CreateCgroup(var path)) {
                    new Cgroup(Path.of(path), around.processes()).remove(List.of(path));
                }
            }
        } catch (SpecException | StoreException e) {
            around.diary()
                    .warning("container " + directory.id() + ": nothing is known of its cgroup: " + e.getMessage());
        }
    }

    /**
     * Removes a container after the end of its process, as run does it; does nothing if the id by now means another container, or none.
     *
     * @param init the process that has ended
     */
    public void deleteAfter(ContainerId id, ProcessIdentity init) {
        var directory = around.store().directory(id);
        if (isOf(directory, init)) {
            try (var _ = directory.lock(LOCK_PATIENCE_MILLISECONDS)) {
                if (observer.observe(directory) instanceof Observation.Recorded(ContainerRecord container, var status)
                        && status == ContainerStatus.STOPPED
                        && container.init().filter(init::equals).isPresent()) {
                    new Destruction(around, observer).destroy(directory, container);
                }
            }
        }
    }

    private boolean isOf(ContainerDirectory directory, ProcessIdentity init) {
        return directory.exists()
                && observer.observe(directory) instanceof Observation.Recorded(var container, var _)
                && container.init().filter(init::equals).isPresent();
    }
}
