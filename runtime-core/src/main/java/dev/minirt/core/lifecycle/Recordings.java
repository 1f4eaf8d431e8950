package dev.minirt.core.lifecycle;

import dev.minirt.core.error.Errno;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import java.nio.file.Path;
import java.util.Optional;

/** For operations on what a record tells of: without one there is no process that anything could be done to. */
final class Recordings {
    private Recordings() {}

    /**
     * A container with its record.
     *
     * @throws ContainerException if there is none, or none that can be read
     */
    static Observation.Recorded of(Observer observer, ContainerDirectory directory) {
        var observed = observer.observe(directory);
        if (observed instanceof Observation.Broken broken) {
            throw new ContainerException(broken.reason());
        }
        if (observed instanceof Observation.Recorded recorded) {
            return recorded;
        }
        throw notRunning();
    }

    /** The directory of a container's cgroup, unless it is not yet, or no longer, known to be the container's. */
    static Optional<Path> cgroup(Observer observer, ContainerRecord container) {
        return container.cgroup().isPresent()
                        && observer.isOfThisBoot(container)
                        && container.status() != ContainerStatus.CREATING
                ? Optional.of(Path.of(container.cgroup().get().path()))
                : Optional.empty();
    }

    /** The same of a container that lives, which must have one. */
    static Path requireCgroup(Observer observer, ContainerRecord container) {
        return cgroup(observer, container).orElseThrow(() -> new ContainerException("the container has no cgroup"));
    }

    /**
     * Waits for the end of a container process, which a signal to us cuts short.
     *
     * @param milliseconds how long to wait at most
     * @return whether it has ended
     * @throws dev.minirt.core.driver.SignalledException if a signal came
     */
    static boolean hasEnded(Surroundings around, ProcessIdentity init, int milliseconds) {
        int errno = around.driver().awaitExit(init.pid(), init.startTime(), milliseconds);
        if (errno == Errno.EINTR.number()) {
            around.driver().checkSignal();
        } else if (errno != 0 && errno != Errno.ETIMEDOUT.number()) {
            throw new ContainerException("watch the container process " + init.pid() + ": " + Errno.words(errno));
        }
        return errno == 0;
    }

    /** What callers look for in the message: containerd and CRI-O treat it as an answer, not as a failure. */
    static ContainerException notRunning() {
        return new ContainerException("container not running");
    }
}
