package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.host.Processes;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Planner;
import dev.minirt.core.store.Store;
import dev.minirt.core.systemd.SystemdFinder;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What operations work with.
 *
 * @param driver the dialogue with the driver
 * @param store the containers
 * @param processes the processes of the host
 * @param planner makes plans
 * @param facts looks at the host; asked only by operations that plan
 * @param systemd connects to systemd; asked only where it has a part in a container
 * @param runtime the driver's process, which is what others see of this command
 * @param caller user id of the caller
 * @param umask the caller's umask
 * @param notifySocket address of the caller's service manager: {@code NOTIFY_SOCKET}
 * @param diary for what is no error
 * @param build tells this minirt from every other one, for what is kept for later commands; unset to keep nothing
 */
public record Surroundings(
        DriverChannel driver,
        Store store,
        Processes processes,
        Planner planner,
        Supplier<HostFacts> facts,
        SystemdFinder systemd,
        ProcessIdentity runtime,
        long caller,
        int umask,
        Optional<String> notifySocket,
        Diary diary,
        Optional<String> build) {}
