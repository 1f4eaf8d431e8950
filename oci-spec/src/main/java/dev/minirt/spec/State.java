package dev.minirt.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The state of a container (runtime.md, State): what the command prints and what hooks get on standard input.
 *
 * @param ociVersion version of the spec that the document follows
 * @param id container id
 * @param status where in its life
 * @param pid process id of the container process as its reader sees it; present if created or running
 * @param bundle absolute path of the bundle
 * @param annotations those of the configuration
 */
public record State(
        String ociVersion,
        String id,
        ContainerStatus status,
        OptionalInt pid,
        String bundle,
        Map<String, String> annotations) {
    /** Copies what is mutable. */
    public State {
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }
}
