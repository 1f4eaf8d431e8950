package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.error.Errno;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.core.store.StoreException;
import dev.minirt.spec.Hook;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.json.SpecReader;
import java.util.List;

/**
 * Undoes a container (runtime.md, Lifecycle, steps 12 and 13): its processes, its cgroup, its directory, then the poststop hooks. What fails
 * leaves the record in place, so that delete can be tried again. The caller holds the lock.
 */
final class Destruction {

    private final Surroundings around;
    private final Observer observer;

    Destruction(Surroundings around, Observer observer) {
        this.around = around;
        this.observer = observer;
    }

    /** Removes everything that a record names. */
    void destroy(ContainerDirectory directory, ContainerRecord container) {
        var poststop = poststopHooks(directory, container);
        // Pids and cgroups of an earlier boot are gone; what has their names now is not ours.
        if (observer.isOfThisBoot(container)) {
            if (container.init().isPresent()) {
                end(container.init().get());
            }
            if (container.cgroup().isPresent()) {
                new ContainerUnits(around).remove(directory, container);
            }
        }
        HostRoot.detach(around.driver(), directory);
        directory.remove();
        new RuntimeHooks(around.driver(), around.diary()).runPoststop(poststop, container);
    }

    /** Kills a process, if it still is there, and waits until it is gone. */
    private void end(ProcessIdentity process) {
        if (!around.processes().isAlive(process)) {
            return;
        }
        int errno = around.driver().signal(process.pid(), process.startTime(), SignalNumber.KILL);
        if (errno == Errno.ESRCH.number()) {
            return;
        }
        if (errno != 0) {
            throw new ContainerException("kill the container process " + process.pid() + ": " + Errno.words(errno));
        }
        errno = around.driver().awaitExit(process.pid(), process.startTime(), (int) Cgroup.PATIENCE_MILLISECONDS);
        if (errno == Errno.EINTR.number()) {
            around.driver().checkSignal();
        }
        if (errno == Errno.ETIMEDOUT.number()) {
            throw new ContainerException("the container process does not end after SIGKILL: "
                    + around.processes().describe(process.pid()));
        }
    }

    /** The hooks are in the kept configuration; reading it is left out where the record says that there are none. */
    private List<Hook> poststopHooks(ContainerDirectory directory, ContainerRecord container) {
        if (!container.launch().poststop()) {
            return List.of();
        }
        try {
            return SpecReader.readHooks(directory.readConfig()).document().poststop();
        } catch (SpecException | StoreException e) {
            around.diary().trouble("poststop hooks are not run: " + e.getMessage());
            return List.of();
        }
    }
}
