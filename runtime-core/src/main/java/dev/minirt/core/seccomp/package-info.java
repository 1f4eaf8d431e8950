/**
 * The assembler of system call filters: from {@code linux.seccomp} of a config.json to a classic BPF program, with nothing of the host involved, so that the same profile always
 * gives the same program.
 *
 * <p>{@link dev.minirt.core.seccomp.SeccompCompiler} is the way in. {@link dev.minirt.core.seccomp.SyscallAbi} and its tables (written by {@code hack/update-syscalls} from kernel
 * headers) know the numbers, {@link dev.minirt.core.seccomp.AbiPolicy} what the rules mean, {@link dev.minirt.core.seccomp.BpfAssembler} where the jumps go.
 *
 * <p>Depends on {@code dev.minirt.spec} only. See config-linux.md (Seccomp), seccomp(2), bpf(4) and the kernel's Documentation/userspace-api/seccomp_filter.rst.
 */
@NullMarked
package dev.minirt.core.seccomp;

import org.jspecify.annotations.NullMarked;
