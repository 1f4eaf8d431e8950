package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.error.Errno;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import java.nio.file.Path;
import java.util.Optional;

/** The kill operation (runtime.md, Kill). Takes no lock: a signal never goes to another process than the one that the record means. */
public final class Killing {

    private final Surroundings around;
    private final Observer observer;

    public Killing(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
    }

    /**
     * Sends a signal to the container process.
     *
     * @param signal its number, 0 to 64; 0 only asks whether there is a process
     * @throws ContainerException {@code container not running} unless it is created or running, without effect
     */
    public void kill(ContainerId id, int signal) {
        var observed = recorded(id);
        var container = observed.container();
        var cgroup = cgroup(container);
        if (signal == SignalNumber.KILL && !container.launch().ownPidNamespace() && cgroup.isPresent()) {
            // Without a pid namespace of its own, what the container process leaves behind outlives it.
            if (isAlive(observed) || cgroup.get().isPopulated()) {
                cgroup.get().kill();
                if (isAlive(observed)) {
                    signalInit(container, signal);
                }
                return;
            }
        }
        if (!isAlive(observed)) {
            throw notRunning();
        }
        signalInit(container, signal);
    }

    /** Sends a signal to every process of the container; succeeds if there is none. */
    public void killAll(ContainerId id, int signal) {
        var observed = recorded(id);
        var container = observed.container();
        var cgroup = cgroup(container);
        if (cgroup.isEmpty()) {
            if (isAlive(observed)) {
                signalInit(container, signal);
            }
            return;
        }
        if (signal == SignalNumber.KILL) {
            cgroup.get().kill();
            return;
        }
        for (int pid : cgroup.get().processes()) {
            var process = around.processes().identity(pid);
            if (process.isPresent()) {
                around.driver().signal(pid, process.get().startTime(), signal);
            }
        }
    }

    private Observation.Recorded recorded(ContainerId id) {
        var observed = observer.observe(around.store().find(id));
        if (observed instanceof Observation.Broken broken) {
            throw new ContainerException(broken.reason());
        }
        if (observed instanceof Observation.Recorded recorded) {
            return recorded;
        }
        throw notRunning();
    }

    private static boolean isAlive(Observation.Recorded observed) {
        return observed.pid().isPresent();
    }

    private Optional<Cgroup> cgroup(ContainerRecord container) {
        return container.cgroup().isPresent()
                        && observer.isOfThisBoot(container)
                        && container.status() != ContainerStatus.CREATING
                ? Optional.of(new Cgroup(Path.of(container.cgroup().get().path()), around.processes()))
                : Optional.empty();
    }

    private void signalInit(ContainerRecord container, int signal) {
        var init = container.init().orElseThrow(Killing::notRunning);
        int errno = around.driver().signal(init.pid(), init.startTime(), signal);
        if (errno == Errno.ESRCH.number()) {
            throw notRunning();
        }
        if (errno != 0) {
            throw new ContainerException("unable to signal init: " + Errno.words(errno));
        }
    }

    /** What callers look for in the message: containerd and CRI-O treat it as an answer, not as a failure. */
    private static ContainerException notRunning() {
        return new ContainerException("container not running");
    }
}
