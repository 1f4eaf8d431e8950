package dev.minirt.core.seccomp;

import java.util.List;

/**
 * A filter ready to be loaded by seccomp(2), SECCOMP_SET_MODE_FILTER.
 *
 * @param flags {@code SECCOMP_FILTER_FLAG_} bits
 * @param program the filter, for a machine of the first of the interfaces
 * @param abis the interfaces that the filter knows, the native one first; calls through any other end the thread
 * @param unreachable interfaces that the profile lists although a kernel of the native one never gets such calls: the filter ignores them
 * @param unknownNames names in rules that are a system call on none of the interfaces: the filter ignores them (S5)
 */
public record SeccompFilter(
        int flags, BpfProgram program, List<SyscallAbi> abis, List<SyscallAbi> unreachable, List<String> unknownNames) {
    /** Copies the lists. */
    public SeccompFilter {
        abis = List.copyOf(abis);
        unreachable = List.copyOf(unreachable);
        unknownNames = List.copyOf(unknownNames);
    }

    /** The program as the kernel wants it, in the byte order of the native interface. */
    public byte[] toBytes() {
        return program.toBytes(abis.getFirst().byteOrder());
    }
}
