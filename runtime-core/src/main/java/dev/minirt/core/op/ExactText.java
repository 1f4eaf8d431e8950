package dev.minirt.core.op;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Texts of the caller's: words of the command line, directories, the environment. The kernel lets them be any bytes but NUL. Bytes that are
 * not UTF-8 become the lone surrogates U+DC80 to U+DCFF, which no UTF-8 has, so that two texts are equal only if their bytes are; and a path
 * that has one is refused by {@link java.nio.file.Path}, while replaced by U+FFFD it would name another file.
 */
public final class ExactText {
    private static final char ESCAPE = '\uDC00';
    private static final char FIRST = '\uDC80';
    private static final char LAST = '\uDCFF';

    private ExactText() {}

    /** The text that bytes mean. */
    public static String decode(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : decodeSlowly(bytes);
    }

    private static String decodeSlowly(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        for (var result = decoder.decode(in, out, true); result.isError(); result = decoder.decode(in, out, true)) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + Byte.toUnsignedInt(in.get())));
            }
        }
        return out.flip().toString();
    }

    /** The bytes that a text of {@link #decode} was made of; other lone surrogates become question marks. */
    public static byte[] encode(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int escape = escape(text, 0);
        if (escape < 0) {
            return bytes;
        }
        // One byte instead of one question mark.
        var out = ByteBuffer.allocate(bytes.length);
        int from = 0;
        for (; escape >= 0; escape = escape(text, from)) {
            out.put(text.substring(from, escape).getBytes(StandardCharsets.UTF_8));
            out.put((byte) (text.charAt(escape) - ESCAPE));
            from = escape + 1;
        }
        return out.put(text.substring(from).getBytes(StandardCharsets.UTF_8)).array();
    }

    /** Whether a text stands for bytes that are not UTF-8. */
    public static boolean isUtf8(String text) {
        return escape(text, 0) < 0;
    }

    /** Place of the next byte that is not UTF-8; -1 if there is none. */
    private static int escape(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= FIRST && c <= LAST && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
                return i;
            }
        }
        return -1;
    }
}
