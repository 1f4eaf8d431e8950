package dev.minirt.core.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A classic BPF program that the kernel accepts as a system call filter.
 *
 * @param instructions 1 to {@value #MAXIMUM} of them
 */
public record BpfProgram(List<SockFilter> instructions) {
    /** The most instructions a program can have, {@code BPF_MAXINSNS}. */
    public static final int MAXIMUM = 4096;

    /** Refuses with {@link IllegalArgumentException} what the kernel would refuse with EINVAL. */
    public BpfProgram {
        instructions = List.copyOf(instructions);
        BpfChecker.check(instructions);
    }

    /** The program as the kernel wants it: an array of {@code struct sock_filter} in the byte order of the machine that loads it. */
    public byte[] toBytes(ByteOrder order) {
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.size() * SockFilter.SIZE).order(order);
        for (SockFilter instruction : instructions) {
            bytes.putShort((short) instruction.code());
            bytes.put((byte) instruction.jt());
            bytes.put((byte) instruction.jf());
            bytes.putInt(instruction.k());
        }
        return bytes.array();
    }
}
