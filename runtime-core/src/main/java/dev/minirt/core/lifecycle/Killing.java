package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.error.Errno;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import java.util.HashMap;
import java.util.Optional;

/** The kill operation (runtime.md, Kill). Takes no lock: a signal never goes to another process than the one that the record means. */
public final class Killing {
    /** Against processes that fork faster than they can be signalled. */
    private static final int MOST_ROUNDS = 32;

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
            throw Recordings.notRunning();
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
        signalAll(cgroup.get(), signal);
    }

    /** Each process once. A process may be forked by one that the signal has not reached yet: so it is looked again until there is no new one. */
    private void signalAll(Cgroup cgroup, int signal) {
        var signalled = new HashMap<Integer, Long>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            boolean news = false;
            for (int pid : cgroup.processes()) {
                var process = around.processes().identity(pid);
                if (process.isPresent()) {
                    Long startTime = process.get().startTime();
                    if (!startTime.equals(signalled.put(pid, startTime))) {
                        around.driver().signal(pid, startTime, signal);
                        news = true;
                    }
                }
            }
            if (!news) {
                return;
            }
        }
    }

    private Observation.Recorded recorded(ContainerId id) {
        return Recordings.of(observer, around.store().find(id));
    }

    private static boolean isAlive(Observation.Recorded observed) {
        return observed.pid().isPresent();
    }

    private Optional<Cgroup> cgroup(ContainerRecord container) {
        return Recordings.cgroup(observer, container).map(path -> new Cgroup(path, around.processes()));
    }

    private void signalInit(ContainerRecord container, int signal) {
        var init = container.init().orElseThrow(Recordings::notRunning);
        int errno = around.driver().signal(init.pid(), init.startTime(), signal);
        if (errno == Errno.ESRCH.number()) {
            throw Recordings.notRunning();
        }
        if (errno != 0) {
            throw new ContainerException("unable to signal init: " + Errno.words(errno));
        }
    }
}
