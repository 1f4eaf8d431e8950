package dev.minirt.core.op;

import dev.minirt.core.linux.KernelConstant;
import dev.minirt.core.linux.KernelFlag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the fields of operations as docs/protocol.md defines them: little-endian, unaligned, lengths in 32 bits.
 * A program may not exceed {@link #LIMIT}.
 */
public final class ProgramWriter {
    /** Most bytes of a program: 32 MiB. */
    public static final int LIMIT = 32 << 20;

    private static final int NO_SLOT = -1;

    private ByteBuffer buffer = allocate(16 << 10);

    private static ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer room(int size) {
        if (buffer.remaining() < size) {
            long wanted = Math.max(buffer.capacity() * 2L, (long) buffer.position() + size);
            if ((long) buffer.position() + size > LIMIT) {
                throw new ProgramTooLargeException();
            }
            var larger = allocate((int) Math.min(wanted, LIMIT));
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }

    /** Bytes written so far. */
    public int position() {
        return buffer.position();
    }

    /** Overwrites four bytes written earlier. */
    public void patch(int position, int value) {
        buffer.putInt(position, value);
    }

    /** What was written. */
    public byte[] toByteArray() {
        var written = new byte[buffer.position()];
        buffer.get(0, written);
        return written;
    }

    /** A boolean as a 32-bit 0 or 1. */
    public void bool(boolean value) {
        u32(value ? 1 : 0);
    }

    /** 32 bits. */
    public void u32(int value) {
        room(4).putInt(value);
    }

    /** 64 bits. */
    public void u64(long value) {
        room(8).putLong(value);
    }

    /** 64 bits. */
    public void i64(long value) {
        room(8).putLong(value);
    }

    /**
     * Length without the terminator, the text's bytes ({@link ExactText}), and a NUL.
     *
     * @throws IllegalArgumentException if the text contains NUL, which the reader of config.json refuses
     */
    public void text(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL in a text of a program");
        }
        var bytes = ExactText.encode(value);
        u32(bytes.length);
        room(bytes.length + 1).put(bytes).put((byte) 0);
    }

    /** Number of texts, then each. */
    public void texts(List<String> values) {
        u32(values.size());
        values.forEach(this::text);
    }

    /** Number of numbers, then each in 32 bits. */
    public void numbers(List<Integer> values) {
        u32(values.size());
        values.forEach(this::u32);
    }

    /** Length and bytes. */
    public void bytes(Bytes value) {
        u32(value.length());
        room(value.length()).put(value.toArray());
    }

    /** The union of the flags' bits in 64 bits. */
    public void flags(Set<? extends KernelFlag> values) {
        long bits = 0;
        for (var flag : values) {
            bits |= flag.bits();
        }
        u64(bits);
    }

    /** 32 bits. */
    public void constant(KernelConstant value) {
        u32(value.value());
    }

    /** The slot's number. */
    public void slot(Slot value) {
        u32(value.number());
    }

    /** The slot's number, or all ones. */
    public void optionalSlot(Optional<Slot> value) {
        u32(value.map(Slot::number).orElse(NO_SLOT));
    }
}
