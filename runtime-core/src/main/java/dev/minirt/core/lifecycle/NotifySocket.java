package dev.minirt.core.lifecycle;

import dev.minirt.core.error.Errno;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What a container tells a service manager, and who passes it on: sd_notify(3). */
final class NotifySocket {
    private final Surroundings around;
    private boolean open;

    NotifySocket(Surroundings around) {
        this.around = around;
    }

    /** Makes the directory of the socket, which any user of the container may enter. */
    static void makeDirectory(Path directory) {
        try {
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new ContainerException("cannot make " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Has the driver make the socket, if the container was made with a place for it and the caller has a service manager. */
    void open(ContainerDirectory directory, ContainerRecord container) {
        if (!container.launch().connections().notifies()
                || around.notifySocket().isEmpty()) {
            return;
        }
        var manager = around.notifySocket().get();
        int errno = around.driver()
                .notifyOf(directory.path().resolve(PlanOptions.NOTIFY_DIRECTORY).toString(), manager);
        if (errno == 0) {
            open = true;
        } else {
            // The service itself works; the manager will say what it misses.
            around.diary().warning("NOTIFY_SOCKET=" + manager + " cannot be used: " + Errno.words(errno));
        }
    }

    /** Waits until the container has said that it is ready, or has ended. */
    void awaitReady(ContainerRecord container) {
        if (open) {
            var init = container.init().orElseThrow();
            around.driver().awaitNotified(init.pid(), init.startTime());
            around.driver().checkSignal();
        }
    }
}
