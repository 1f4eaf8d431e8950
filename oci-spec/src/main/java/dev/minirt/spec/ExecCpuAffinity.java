package dev.minirt.spec;

import java.util.Optional;

/**
 * CPUs of processes that join a running container (config.md, execCPUAffinity). Lists look like {@code 0-3,7}.
 *
 * @param initial CPUs while the process still is in the cgroup of the runtime
 * @param finalCpus the member {@code final}: CPUs after it joined the cgroup of the container; absent leaves them to
 *     the kernel
 */
public record ExecCpuAffinity(Optional<String> initial, Optional<String> finalCpus) {}
