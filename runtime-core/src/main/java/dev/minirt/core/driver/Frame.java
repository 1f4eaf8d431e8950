package dev.minirt.core.driver;

import dev.minirt.core.op.ExactText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A frame, and the values of its payload in their order. Reading past the end, or leaving something unread, is a protocol
 * error.
 */
public final class Frame {
    /** Most bytes of a payload: 64 MiB. */
    public static final int LIMIT = 64 << 20;

    /** Bytes of length and kind. */
    public static final int HEADER = 8;

    private final int kind;
    private final ByteBuffer payload;

    /** A frame of that kind; the payload is read from its position on. */
    public Frame(int kind, ByteBuffer payload) {
        this.kind = kind;
        this.payload = payload.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Which frame this is: one of {@link FrameKind}. */
    public int kind() {
        return kind;
    }

    /** A signed or unsigned number of 32 bits. */
    public int u32() {
        need(4);
        return payload.getInt();
    }

    /** A number of 64 bits. */
    public long u64() {
        need(8);
        return payload.getLong();
    }

    /** A text to be shown. Bytes that are not UTF-8 become U+FFFD. */
    public String text() {
        return new String(utf8(), StandardCharsets.UTF_8);
    }

    /** A text that may name something: bytes that are not UTF-8 stay what they are, see {@link ExactText}. */
    public String exactText() {
        return ExactText.decode(utf8());
    }

    private byte[] utf8() {
        int length = u32();
        if (length < 0 || length >= LIMIT) {
            throw new ProtocolException("a text of " + Integer.toUnsignedString(length) + " bytes");
        }
        need(length + 1);
        var utf8 = new byte[length];
        payload.get(utf8);
        if (payload.get() != 0) {
            throw new ProtocolException("a text without its terminator");
        }
        return utf8;
    }

    /** A number of texts and the texts. */
    public List<String> texts() {
        return texts(false);
    }

    /** A number of texts and the texts, as {@link #exactText()} reads them. */
    public List<String> exactTexts() {
        return texts(true);
    }

    private List<String> texts(boolean exact) {
        int count = u32();
        if (count < 0 || count > payload.remaining() / 5) {
            throw new ProtocolException(
                    Integer.toUnsignedString(count) + " texts in " + payload.remaining() + " bytes");
        }
        var texts = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            texts.add(exact ? exactText() : text());
        }
        return texts;
    }

    /** A length and that many bytes. */
    public byte[] bytes() {
        int length = u32();
        if (length < 0) {
            throw new ProtocolException(Integer.toUnsignedString(length) + " bytes");
        }
        need(length);
        var bytes = new byte[length];
        payload.get(bytes);
        return bytes;
    }

    /** Nothing may be left. */
    public void end() {
        if (payload.hasRemaining()) {
            throw new ProtocolException(payload.remaining() + " bytes too many in frame " + kind);
        }
    }

    private void need(int bytes) {
        if (payload.remaining() < bytes) {
            throw new ProtocolException("frame " + kind + " is too short");
        }
    }

    /** Puts a frame together. */
    public static final class Builder {
        private ByteBuffer buffer;

        /** A frame of that kind without payload so far. */
        public Builder(int kind) {
            buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(0).putInt(kind);
        }

        private ByteBuffer room(int bytes) {
            if (buffer.remaining() < bytes) {
                int wanted = Math.addExact(buffer.position(), bytes);
                if (wanted > LIMIT + HEADER) {
                    throw new ProtocolException("a frame of more than " + LIMIT + " bytes");
                }
                int capacity = Math.max(wanted, Math.min(buffer.capacity() * 2, LIMIT + HEADER));
                buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), capacity))
                        .position(buffer.position())
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
            return buffer;
        }

        /** Adds 32 bits. */
        public Builder u32(int value) {
            room(4).putInt(value);
            return this;
        }

        /** Adds 64 bits. */
        public Builder u64(long value) {
            room(8).putLong(value);
            return this;
        }

        /** Adds a text, which must be without NUL. */
        public Builder text(String value) {
            if (value.indexOf('\0') >= 0) {
                throw new ProtocolException("NUL in a text");
            }
            var bytes = ExactText.encode(value);
            u32(bytes.length);
            room(bytes.length + 1).put(bytes).put((byte) 0);
            return this;
        }

        /** Adds a number of texts and the texts. */
        public Builder texts(List<String> values) {
            u32(values.size());
            for (var value : values) {
                text(value);
            }
            return this;
        }

        /** Adds a length and the bytes. */
        public Builder bytes(byte[] value) {
            return bytes(value, 0, value.length);
        }

        /** Adds a length and a part of the bytes. */
        public Builder bytes(byte[] value, int offset, int length) {
            u32(length);
            room(length).put(value, offset, length);
            return this;
        }

        /** The frame, header and all, ready to be written. */
        public ByteBuffer build() {
            buffer.putInt(0, buffer.position() - HEADER);
            return buffer.flip();
        }
    }
}
