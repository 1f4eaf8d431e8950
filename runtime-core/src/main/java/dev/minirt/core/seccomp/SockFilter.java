package dev.minirt.core.seccomp;

/**
 * An instruction of classic BPF, {@code struct sock_filter} of linux/filter.h.
 *
 * @param code operation, 16 bits
 * @param jt instructions to skip if a test holds, 0 to 255
 * @param jf instructions to skip if it does not, 0 to 255
 * @param k operand, unsigned 32 bits
 */
public record SockFilter(int code, int jt, int jf, int k) {
    /** Length in memory, in bytes. */
    public static final int SIZE = 8;

    /** {@code BPF_LD|BPF_W|BPF_ABS}: loads the 32 bits at offset k of {@code struct seccomp_data}. */
    public static final int LOAD = 0x20;

    /** {@code BPF_ALU|BPF_AND|BPF_K}. */
    public static final int AND = 0x54;

    /** {@code BPF_JMP|BPF_JA}: skips k instructions. */
    public static final int JUMP = 0x05;

    /** {@code BPF_JMP|BPF_JEQ|BPF_K}. */
    public static final int JUMP_EQUAL = 0x15;

    /** {@code BPF_JMP|BPF_JGT|BPF_K}, unsigned. */
    public static final int JUMP_GREATER = 0x25;

    /** {@code BPF_JMP|BPF_JGE|BPF_K}, unsigned. */
    public static final int JUMP_GREATER_OR_EQUAL = 0x35;

    /** {@code BPF_RET|BPF_K}. */
    public static final int RETURN = 0x06;
}
