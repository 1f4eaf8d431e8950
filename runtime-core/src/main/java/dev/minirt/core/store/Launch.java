package dev.minirt.core.store;

import dev.minirt.core.plan.Connections;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a container was created from, as far as later commands need it without reading its configuration.
 *
 * @param ociVersion version of the spec that the configuration follows
 * @param bundle absolute path of the bundle
 * @param rootfs absolute path of the root file system
 * @param annotations those of the configuration
 * @param hasProcess whether there is a program to start
 * @param ownPidNamespace whether the kernel ends all processes of the container with init
 * @param poststart whether there are poststart hooks
 * @param poststop whether there are poststop hooks
 * @param noPivot {@code --no-pivot}
 * @param noNewKeyring {@code --no-new-keyring}
 * @param preserveFds {@code --preserve-fds}
 * @param umask the umask of the caller of create
 * @param connections what tied the process to the caller of create
 */
public record Launch(
        String ociVersion,
        String bundle,
        String rootfs,
        Map<String, String> annotations,
        boolean hasProcess,
        boolean ownPidNamespace,
        boolean poststart,
        boolean poststop,
        boolean noPivot,
        boolean noNewKeyring,
        int preserveFds,
        int umask,
        Connections connections) {
    public Launch {
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }
}
