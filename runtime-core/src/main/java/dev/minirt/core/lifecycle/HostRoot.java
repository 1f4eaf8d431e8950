package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.error.Errno;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.store.ContainerDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The root of a container without a mount namespace of its own: attached on a directory of the state directory, in the mount namespace that
 * it joins or in the runtime's. Nothing but this can be mounted there, so that whatever is found is the container's to remove.
 *
 * <p>In the caller's mount namespace it is unmounted. In any other the kernel detaches it when the directory is removed
 * (mount_namespaces(7)), so that nobody has to enter that namespace, find it again, or know whether it still exists.
 */
final class HostRoot {
    /** More than there can be on one another: the kernel's own limit of mounts (fs.mount-max). */
    private static final int MOUNTS_MAX = 100_000;

    private HostRoot() {}

    private static Path place(ContainerDirectory directory) {
        return directory.path().resolve(PlanOptions.ROOT_MOUNT_POINT);
    }

    /** Makes the place for it. */
    static void make(ContainerDirectory directory) {
        var place = place(directory);
        try {
            Files.createDirectory(place);
        } catch (IOException e) {
            throw new ContainerException("make " + place, e);
        }
    }

    /**
     * Detaches it with all that is mounted on it, in the caller's mount namespace. Does nothing if it is not attached there. The directory
     * is to be removed next.
     */
    static void detach(DriverChannel driver, ContainerDirectory directory) {
        var place = place(directory);
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // The root, then the mount that keeps it apart, or what a create that was killed has made of them.
        int errno = 0;
        for (int mounts = 0; errno == 0 && mounts < MOUNTS_MAX; mounts++) {
            errno = driver.unmount(place.toString());
        }
        if (errno != 0 && errno != Errno.EINVAL.number()) {
            throw new ContainerException("detach the root file system from " + place + ": " + Errno.words(errno));
        }
    }
}
