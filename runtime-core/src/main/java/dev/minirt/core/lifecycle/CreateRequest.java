package dev.minirt.core.lifecycle;

import dev.minirt.core.bundle.Bundle;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.store.ContainerId;
import java.util.Optional;

/**
 * What create is asked for.
 *
 * @param id the new container's id
 * @param bundle the bundle, read
 * @param pidFile absolute path of the file that is to hold init's pid
 * @param pidfdSocket absolute path of the socket that is to get a pidfd of init
 * @param noPivot {@code --no-pivot}
 * @param noNewKeyring {@code --no-new-keyring}
 * @param preserveFds {@code --preserve-fds}: 0 or more
 * @param connections what ties the process to its caller
 * @param cgroupDriver {@code --systemd-cgroup}
 */
public record CreateRequest(
        ContainerId id,
        Bundle bundle,
        Optional<String> pidFile,
        Optional<String> pidfdSocket,
        boolean noPivot,
        boolean noNewKeyring,
        int preserveFds,
        Connections connections,
        CgroupDriver cgroupDriver) {}
