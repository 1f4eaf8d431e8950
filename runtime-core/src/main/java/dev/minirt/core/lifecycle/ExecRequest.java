package dev.minirt.core.lifecycle;

import dev.minirt.core.plan.TerminalOffer;
import dev.minirt.core.store.ContainerId;
import java.util.Optional;

/**
 * What exec is asked for.
 *
 * @param id the container to join
 * @param process the process to run
 * @param cgroup path below the container's cgroup, of the cgroup to enter; unset for the container's own, or the one that its init
 *     is in
 * @param ignorePaused whether a paused container is no reason to refuse: the process then waits until it is resumed
 * @param pidFile absolute path of the file that is to hold the pid
 * @param pidfdSocket absolute path of the socket that is to get a pidfd of the process
 * @param preserveFds {@code --preserve-fds}: 0 or more
 * @param terminal for the other side of the process's terminal
 */
public record ExecRequest(
        ContainerId id,
        ExecProcess process,
        Optional<String> cgroup,
        boolean ignorePaused,
        Optional<String> pidFile,
        Optional<String> pidfdSocket,
        int preserveFds,
        TerminalOffer terminal) {}
