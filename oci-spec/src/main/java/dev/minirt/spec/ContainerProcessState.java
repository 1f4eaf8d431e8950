package dev.minirt.spec;

import java.util.List;
import java.util.Optional;

/**
 * What the listener of a seccomp filter receives beside the descriptor (config-linux.md, The Container Process State).
 *
 * @param ociVersion version of the spec that the document follows
 * @param fds names of the descriptors sent along, in their order
 * @param pid process id of the process that carries the filter, as the runtime sees it
 * @param metadata {@code listenerMetadata} of the configuration
 * @param state the container
 */
public record ContainerProcessState(
        String ociVersion, List<String> fds, int pid, Optional<String> metadata, State state) {
    /** Copies what is mutable. */
    public ContainerProcessState {
        fds = List.copyOf(fds);
    }
}
