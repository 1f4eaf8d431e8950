package dev.minirt.core.plan;

import java.util.Optional;

/**
 * The container that a process is to join.
 *
 * @param pid its init, as the caller sees it
 * @param startTime start time of init, so that another process with its number is not taken for it
 * @param cgroup absolute path of the cgroup to enter
 * @param fallbackCgroup absolute path of the cgroup to enter if that one is gone or takes no process
 */
public record ExecTarget(int pid, long startTime, String cgroup, Optional<String> fallbackCgroup) {}
