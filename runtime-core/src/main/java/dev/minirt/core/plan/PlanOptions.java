package dev.minirt.core.plan;

import dev.minirt.core.cgroup.systemd.SystemdInstance;
import java.util.Optional;

/**
 * What the command line adds to a config.
 *
 * @param id the container's id
 * @param bundle absolute path of the bundle
 * @param stateDirectory absolute path of the container's state directory
 * @param pidFile absolute path of {@code --pid-file}
 * @param noPivot {@code --no-pivot}
 * @param noNewKeyring {@code --no-new-keyring}
 * @param preserveFds {@code --preserve-fds}: 0 or more
 * @param callerUmask the umask of the calling process, which stays if the config sets none
 * @param connections what ties the process to its caller
 * @param systemd the systemd that is to make the cgroup: {@code --systemd-cgroup}
 */
public record PlanOptions(
        String id,
        String bundle,
        String stateDirectory,
        Optional<String> pidFile,
        boolean noPivot,
        boolean noNewKeyring,
        int preserveFds,
        int callerUmask,
        Connections connections,
        Optional<SystemdInstance> systemd) {
    /** Name, in the state directory, of where the root is attached in a mount namespace that is not the container's own. */
    public static final String ROOT_MOUNT_POINT = "root";

    /** Name, in the state directory, of the directory with the socket that the process tells a service manager at. */
    public static final String NOTIFY_DIRECTORY = "notify";

    /** Options without systemd. */
    public PlanOptions(
            String id,
            String bundle,
            String stateDirectory,
            Optional<String> pidFile,
            boolean noPivot,
            boolean noNewKeyring,
            int preserveFds,
            int callerUmask,
            Connections connections) {
        this(
                id,
                bundle,
                stateDirectory,
                pidFile,
                noPivot,
                noNewKeyring,
                preserveFds,
                callerUmask,
                connections,
                Optional.empty());
    }

    /** Options of a caller with the usual connections, without systemd. */
    public PlanOptions(
            String id,
            String bundle,
            String stateDirectory,
            Optional<String> pidFile,
            boolean noPivot,
            boolean noNewKeyring,
            int preserveFds,
            int callerUmask) {
        this(id, bundle, stateDirectory, pidFile, noPivot, noNewKeyring, preserveFds, callerUmask, Connections.USUAL);
    }

    /** How many descriptors from 3 on reach the process: sockets that are passed on, then what {@code --preserve-fds} counts. */
    public int preservedDescriptors() {
        return connections.sockets().map(SocketActivation::count).orElse(0) + preserveFds;
    }

    /** Absolute path of where the root is attached in a mount namespace that is not the container's own. */
    public String rootMountPoint() {
        return stateDirectory + "/" + ROOT_MOUNT_POINT;
    }
}
