package dev.minirt.core.cgroup.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An instruction of eBPF, {@code struct bpf_insn} of linux/bpf.h.
 *
 * @param code operation, 8 bits
 * @param destination register, 0 to 10
 * @param source register, 0 to 10
 * @param offset of a jump in instructions, or of memory in bytes; signed 16 bits
 * @param immediate operand, 32 bits
 */
public record BpfInstruction(int code, int destination, int source, int offset, int immediate) {
    /** Length in memory, in bytes. */
    public static final int SIZE = 8;

    /** {@code BPF_LDX|BPF_MEM|BPF_W}: loads 32 bits from memory. */
    static final int LOAD_WORD = 0x61;

    /** {@code BPF_ALU64|BPF_MOV|BPF_K}. */
    static final int MOVE = 0xb7;

    /** {@code BPF_ALU|BPF_MOV|BPF_X}, 32 bits. */
    static final int MOVE_REGISTER = 0xbc;

    /** {@code BPF_ALU|BPF_AND|BPF_K}, 32 bits. */
    static final int AND = 0x54;

    /** {@code BPF_ALU|BPF_XOR|BPF_K}, 32 bits. */
    static final int EXCLUSIVE_OR = 0xa4;

    /** {@code BPF_ALU|BPF_OR|BPF_X}, 32 bits. */
    static final int OR_REGISTER = 0x4c;

    /** {@code BPF_ALU|BPF_RSH|BPF_K}, 32 bits. */
    static final int SHIFT_RIGHT = 0x74;

    /** {@code BPF_JMP|BPF_JA}. */
    static final int JUMP = 0x05;

    /** {@code BPF_JMP32|BPF_JNE|BPF_K}. */
    static final int JUMP_NOT_EQUAL = 0x56;

    /** {@code BPF_JMP32|BPF_JSET|BPF_K}: jumps if any of the bits is set. */
    static final int JUMP_ANY_SET = 0x46;

    /** {@code BPF_JMP|BPF_EXIT}. */
    static final int EXIT = 0x95;

    void write(ByteBuffer out) {
        out.put((byte) code);
        // Two bit fields in one byte: the compilers of big-endian machines start from the other end.
        out.put((byte)
                (out.order() == ByteOrder.LITTLE_ENDIAN ? destination | source << 4 : destination << 4 | source));
        out.putShort((short) offset);
        out.putInt(immediate);
    }
}
