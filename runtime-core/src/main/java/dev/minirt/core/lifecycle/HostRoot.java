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
 * The root of a container without a mount namespace of its own: attached in the runtime's, on a directory of the state directory. Nothing
 * but this can be mounted there, so that whatever is found is the container's to remove.
 */
final class HostRoot {
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

    /** Detaches it with all that is mounted on it. Does nothing if it is not attached. */
    static void detach(DriverChannel driver, ContainerDirectory directory) {
        var place = place(directory);
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int errno = driver.unmount(place.toString());
        if (errno != 0 && errno != Errno.EINVAL.number()) {
            throw new ContainerException("detach the root file system from " + place + ": " + Errno.words(errno));
        }
    }
}
