package dev.minirt.spec.json;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Gets the text of a document out of a file and out of bytes, and refuses what is no text. */
final class DocumentText {
    private DocumentText() {}

    /** The bytes of a file; reads one byte more than is allowed, so that {@link #checkSize} notices. */
    static byte[] load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(DocumentReader.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new SpecException(file + ": " + reason(e), e);
        }
    }

    /** Refuses documents of more than {@link DocumentReader#MAX_BYTES}. */
    static void checkSize(byte[] bytes, String name) {
        if (bytes.length > DocumentReader.MAX_BYTES) {
            throw refused(name + " is larger than " + (DocumentReader.MAX_BYTES >> 20) + " MiB");
        }
    }

    /** The text in the bytes, strictly decoded: an invalid sequence must not turn into a replacement character. */
    static CharBuffer decode(byte[] bytes, String name) {
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            throw refused(name + ": starts with a byte order mark, which JSON forbids");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (!result.isUnderflow()) {
            throw refused(name + ": line " + lineOf(bytes, in.position()) + ": invalid UTF-8 at byte " + in.position());
        }
        out.flip();
        return out;
    }

    private static int lineOf(byte[] bytes, int end) {
        int line = 1;
        for (int i = 0; i < end; i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    private static String reason(IOException e) {
        // Not a switch over types: its bootstrap method would spin code at run time.
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return lowerCase(
                e instanceof FileSystemException f && f.getReason() != null
                        ? f.getReason()
                        : String.valueOf(e.getMessage()));
    }

    /** Engines look for the words of errno as Go writes them, "is a directory", not as the C library does. */
    private static String lowerCase(String words) {
        return words.isEmpty() ? words : Character.toLowerCase(words.charAt(0)) + words.substring(1);
    }

    /** An exception about the document as a whole. */
    static SpecException refused(String message) {
        return new SpecException(List.of(new Violation(JsonPointer.ROOT, message)));
    }
}
