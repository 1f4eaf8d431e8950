package dev.minirt.core.plan;

import java.util.Optional;

/**
 * The container that a process is to join.
 *
 * @param pid its init, as the caller sees it
 * @param startTime start time of init, so that another process with its number is not taken for it
 * @param cgroup absolute path of the cgroup to enter; empty if the container has none of its own, and the process is to stay in the caller's
 * @param fallbackCgroup absolute path of the cgroup to enter if that one is gone or takes no process
 */
public record ExecTarget(int pid, long startTime, Optional<String> cgroup, Optional<String> fallbackCgroup) {}
