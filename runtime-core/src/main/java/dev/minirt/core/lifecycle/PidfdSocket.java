package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.error.Errno;
import dev.minirt.core.host.ProcessIdentity;

/** The socket of {@code --pidfd-socket}, which gets a handle of the process that no reuse of its pid can mislead. */
final class PidfdSocket {
    /** What runc, whose flag this is, sends with that of a container's first process. */
    static final String INIT = "standard";

    /** What runc sends with that of a process that joins. */
    static final String JOINED = "setns";

    private PidfdSocket() {}

    static void send(DriverChannel driver, String socket, ProcessIdentity process, String text) {
        int errno = driver.sendPidfd(process.pid(), process.startTime(), socket, text);
        if (errno != 0) {
            throw new ContainerException("--pidfd-socket " + socket + ": " + Errno.words(errno));
        }
    }
}
