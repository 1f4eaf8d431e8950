package dev.minirt.core.seccomp;

import java.util.List;

/**
 * The kernel's rules for a filter (bpf_check_classic and seccomp_check_filter of net/core/filter.c and kernel/seccomp.c), as far as the operations go that this package emits:
 * anything else is refused here although the kernel knows more.
 */
final class BpfChecker {
    /** {@code sizeof(struct seccomp_data)}. */
    private static final int DATA_SIZE = 64;

    private BpfChecker() {}

    /** Throws {@link IllegalArgumentException} with the place of what is wrong. */
    static void check(List<SockFilter> program) {
        int size = program.size();
        if (size < 1 || size > BpfProgram.MAXIMUM) {
            throw new IllegalArgumentException(
                    "a filter has 1 to " + BpfProgram.MAXIMUM + " instructions, not " + size);
        }
        for (int at = 0; at < size; at++) {
            SockFilter instruction = program.get(at);
            switch (instruction.code()) {
                case SockFilter.LOAD -> {
                    int offset = instruction.k();
                    if (offset < 0 || offset >= DATA_SIZE || (offset & 3) != 0) {
                        throw wrong(at, "loads from offset " + Integer.toUnsignedString(offset));
                    }
                }
                case SockFilter.AND, SockFilter.RETURN -> {}
                case SockFilter.JUMP -> {
                    // Unsigned: a negative k would be a jump backwards, which classic BPF does not have.
                    if (Integer.compareUnsigned(instruction.k(), size - at - 1) >= 0) {
                        throw wrong(at, "jumps out of the program");
                    }
                }
                case SockFilter.JUMP_EQUAL, SockFilter.JUMP_GREATER, SockFilter.JUMP_GREATER_OR_EQUAL -> {
                    if (!reaches(instruction.jt(), size - at - 1) || !reaches(instruction.jf(), size - at - 1)) {
                        throw wrong(at, "jumps out of the program");
                    }
                }
                default -> throw wrong(at, "has the unknown operation " + instruction.code());
            }
        }
        if (program.getLast().code() != SockFilter.RETURN) {
            throw new IllegalArgumentException("the last instruction does not return");
        }
    }

    private static boolean reaches(int skipped, int left) {
        return skipped >= 0 && skipped <= 255 && skipped < left;
    }

    private static IllegalArgumentException wrong(int at, String what) {
        return new IllegalArgumentException("instruction " + at + " " + what);
    }
}
