package dev.minirt.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of a container: the {@code config.json} of a bundle (runtime-spec, config.md).
 *
 * <p>Only what concerns Linux is kept. Parts of other platforms and unknown members are ignored, as the spec demands. An
 * instance made by the reader obeys the rules of {@code dev.minirt.spec.rule}; one made by hand need not.
 *
 * @param ociVersion version of the spec that the document follows, a SemVer 2.0.0 string
 * @param root the root file system
 * @param mounts mounts in the order in which they are to be made
 * @param process the program; absent is legal for create, not for start
 * @param hostname host name to set in the UTS namespace; the empty string is read as absent
 * @param domainname NIS domain name to set in the UTS namespace; the empty string is read as absent
 * @param hooks programs to run at points of the lifecycle
 * @param annotations free metadata
 * @param linux the Linux section; {@link Linux#EMPTY} if the document has none
 */
public record Spec(
        String ociVersion,
        Root root,
        List<Mount> mounts,
        Optional<Process> process,
        Optional<String> hostname,
        Optional<String> domainname,
        Hooks hooks,
        Map<String, String> annotations,
        Linux linux) {
    /** Copies what is mutable. */
    public Spec {
        mounts = List.copyOf(mounts);
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /** This configuration with another process. */
    public Spec withProcess(Process newProcess) {
        return new Spec(
                ociVersion, root, mounts, Optional.of(newProcess), hostname, domainname, hooks, annotations, linux);
    }

    /** This configuration with another root. */
    public Spec withRoot(Root newRoot) {
        return new Spec(ociVersion, newRoot, mounts, process, hostname, domainname, hooks, annotations, linux);
    }
}
