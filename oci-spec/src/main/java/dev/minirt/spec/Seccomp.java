package dev.minirt.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * System call filter (config-linux.md, Seccomp).
 *
 * @param defaultAction what happens to calls without a rule
 * @param defaultErrnoRet errno (0 to 4095) or trace message (0 to 65535) of the default action; absent means EPERM
 * @param architectures architectures beside the native one
 * @param flags filter flags; just SPEC_ALLOW if the document has no such member, as in other runtimes
 * @param listenerPath Unix socket that receives the listener; of no meaning unless some action is {@link
 *     SeccompAction#NOTIFY}
 * @param listenerMetadata text for whoever listens there
 * @param syscalls the rules
 */
public record Seccomp(
        SeccompAction defaultAction,
        OptionalInt defaultErrnoRet,
        List<SeccompArchitecture> architectures,
        List<SeccompFlag> flags,
        Optional<String> listenerPath,
        Optional<String> listenerMetadata,
        List<SyscallRule> syscalls) {
    /** Copies what is mutable. */
    public Seccomp {
        architectures = List.copyOf(architectures);
        flags = List.copyOf(flags);
        syscalls = List.copyOf(syscalls);
    }
}
