package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Freezer;
import dev.minirt.core.host.Processes;
import dev.minirt.core.plan.StartGate;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.core.store.StoredState;
import dev.minirt.spec.ContainerStatus;
import java.nio.file.Path;

/**
 * Finds out what is true of a container: its record tells what was done, processes, locks and its cgroup tell what has become of it
 * (runtime.md, State). Changes nothing and waits for nothing.
 */
public final class Observer {
    private final Processes processes;
    private final String bootId;

    /** An observer in the present boot. */
    public Observer(Processes processes) {
        this.processes = processes;
        this.bootId = processes.bootId();
    }

    /** The present boot; empty if unknown. */
    String bootId() {
        return bootId;
    }

    /** Looks at a container. */
    public Observation observe(ContainerDirectory directory) {
        var stored = directory.read();
        if (stored instanceof StoredState.Known(var container)) {
            return new Observation.Recorded(container, status(directory, container));
        }
        if (stored instanceof StoredState.Broken(var reason)) {
            return new Observation.Broken(directory.id(), reason);
        }
        return new Observation.Remnant(
                directory.id(), directory.isBeingChanged() ? ContainerStatus.CREATING : ContainerStatus.STOPPED);
    }

    /** Whether the processes and cgroups that a record names can still be those that it means. */
    boolean isOfThisBoot(ContainerRecord container) {
        return bootId.isEmpty() || container.bootId().isEmpty() || bootId.equals(container.bootId());
    }

    private ContainerStatus status(ContainerDirectory directory, ContainerRecord container) {
        if (!isOfThisBoot(container)) {
            return ContainerStatus.STOPPED;
        }
        return switch (container.status()) {
            case CREATING ->
                processes.isAlive(container.runtime()) ? ContainerStatus.CREATING : ContainerStatus.STOPPED;
            case CREATED -> {
                // The lock goes with execve as well as with init's death, so it is asked before the process is.
                if (directory.isLocked(StartGate.LOCK)) {
                    yield unlessPaused(container, ContainerStatus.CREATED);
                }
                yield whileAlive(container);
            }
            case RUNNING, PAUSED -> whileAlive(container);
            case STOPPED -> ContainerStatus.STOPPED;
        };
    }

    private ContainerStatus whileAlive(ContainerRecord container) {
        return isInitAlive(container) ? unlessPaused(container, ContainerStatus.RUNNING) : ContainerStatus.STOPPED;
    }

    /** The kernel alone knows; a record could be wrong about it. */
    private static ContainerStatus unlessPaused(ContainerRecord container, ContainerStatus status) {
        return container.cgroup().isPresent()
                        && new Freezer(Path.of(container.cgroup().get().path())).isAsked()
                ? ContainerStatus.PAUSED
                : status;
    }

    private boolean isInitAlive(ContainerRecord container) {
        return container.init().isPresent()
                && processes.isAlive(container.init().get());
    }
}
