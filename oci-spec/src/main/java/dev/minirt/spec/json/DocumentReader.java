package dev.minirt.spec.json;

import dev.minirt.spec.ReadResult;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.rule.Findings;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads any document whose top level is an object.
 *
 * <p>Stricter than most: at most 16 MiB and 128 levels, valid UTF-8 without byte order mark, no NUL and no half surrogate
 * pair in a string, no member twice in an object (glossary.md#json), nothing after the value. Unknown members are ignored;
 * null counts as absent and gives a warning.
 */
public final class DocumentReader {
    /** Larger documents are refused; real ones have some ten to hundred kilobytes. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int MAX_DEPTH = 128;

    private DocumentReader() {}

    /**
     * Reads a document.
     *
     * @param bytes the document
     * @param name what messages about the whole document call it
     * @param binding reads the top-level object; what it reports makes the document unusable
     * @param rules judges what was read, and is not heard about places that could not be read
     * @throws SpecException with all that is wrong
     */
    public static <T> ReadResult<T> read(
            byte[] bytes, String name, Function<JsonCursor, T> binding, BiConsumer<T, Findings> rules) {
        DocumentText.checkSize(bytes, name);
        JsonTokens tokens = JsonTokens.of(bytes, name, MAX_DEPTH);
        Findings findings = new Findings();
        T document;
        try {
            JsonToken first = tokens.next();
            if (first == JsonToken.END) {
                throw DocumentText.refused(name + " is empty");
            }
            JsonCursor cursor = new JsonCursor(tokens, findings);
            if (first != JsonToken.OBJECT) {
                throw DocumentText.refused(name + ": top level must be an object, got " + cursor.currentKind());
            }
            document = binding.apply(cursor);
            tokens.next();
        } catch (JsonSyntaxException e) {
            throw DocumentText.refused(name + ": " + e.getMessage());
        }
        findings.readingDone();
        rules.accept(document, findings);
        findings.throwIfUnusable();
        return new ReadResult<>(document, findings.warnings());
    }
}
