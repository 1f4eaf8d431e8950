package dev.minirt.core.lifecycle;

import dev.minirt.core.store.ContainerDirectory;

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

    /** What callers look for in the message: containerd and CRI-O treat it as an answer, not as a failure. */
    static ContainerException notRunning() {
        return new ContainerException("container not running");
    }
}
