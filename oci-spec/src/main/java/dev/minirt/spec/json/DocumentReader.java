package dev.minirt.spec.json;

import dev.minirt.spec.ReadResult;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.rule.Findings;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

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

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_BYTES)
                    .maxNameLength(MAX_BYTES)
                    .build())
            .build();

    private DocumentReader() {}

    /**
     * Gets the bytes of a document.
     *
     * @throws SpecException if they cannot be had, saying why; too many are noticed when they are read
     */
    public static byte[] load(Path file) {
        return DocumentText.load(file);
    }

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
        CharBuffer text = DocumentText.decode(bytes, name);
        Findings findings = new Findings();
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), text.array(), text.arrayOffset(), text.length())) {
            T document;
            try {
                JsonToken first = parser.nextToken();
                if (first == null) {
                    throw DocumentText.refused(name + " is empty");
                }
                JsonCursor cursor = new JsonCursor(parser, findings);
                if (first != JsonToken.START_OBJECT) {
                    throw DocumentText.refused(name + ": top level must be an object, got " + cursor.currentKind());
                }
                document = binding.apply(cursor);
                if (parser.nextToken() != null) {
                    throw DocumentText.refused(name + ": " + where(parser.currentTokenLocation())
                            + "more text after the end of the document");
                }
            } catch (JacksonException e) {
                throw DocumentText.refused(
                        name + ": " + where(e.getLocation()) + JsonSyntax.explain(e, parser, MAX_DEPTH));
            }
            findings.readingDone();
            rules.accept(document, findings);
            findings.throwIfUnusable();
            return new ReadResult<>(document, findings.warnings());
        }
    }

    private static String where(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 0
                ? ""
                : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
    }
}
