package dev.minirt.spec.json;

import dev.minirt.spec.Process;
import dev.minirt.spec.ReadResult;
import dev.minirt.spec.Resources;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.State;
import dev.minirt.spec.rule.Findings;
import dev.minirt.spec.rule.SpecRules;
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
 * Reads documents and applies the rules of {@link SpecRules}. A result is a usable document; otherwise a
 * {@link SpecException} has everything that is wrong with it, each with its JSON pointer, and nothing else is ever thrown.
 *
 * <p>Stricter than most: at most 16 MiB and 128 levels, valid UTF-8 without byte order mark, no NUL in a string, nothing
 * after the value. Unknown members are ignored, null counts as absent, and of a duplicate member the last one counts; the
 * latter two give a warning.
 */
public final class SpecReader {
    private static final int MAX_DEPTH = 128;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(DocumentText.MAX_BYTES)
                    .maxNameLength(DocumentText.MAX_BYTES)
                    .build())
            .build();

    private SpecReader() {}

    /** Reads a configuration from a file; its name without directories stands in messages about the whole document. */
    public static ReadResult<Spec> read(Path file) {
        return read(DocumentText.load(file), nameOf(file));
    }

    /** Reads a configuration that messages call {@code config.json}. */
    public static ReadResult<Spec> read(byte[] bytes) {
        return read(bytes, "config.json");
    }

    /** Reads a configuration that messages call by this name. */
    public static ReadResult<Spec> read(byte[] bytes, String name) {
        return read(bytes, name, in -> new SpecBinding(in).spec(), SpecRules::check);
    }

    /** Reads a process, as for {@code exec --process}, from a file. */
    public static ReadResult<Process> readProcess(Path file) {
        return readProcess(DocumentText.load(file), nameOf(file));
    }

    /** Reads a process, as for {@code exec --process}. */
    public static ReadResult<Process> readProcess(byte[] bytes, String name) {
        return read(bytes, name, in -> new ProcessBinding(in).process(), SpecRules::checkProcess);
    }

    /** Reads limits, as for {@code update --resources}. */
    public static ReadResult<Resources> readResources(byte[] bytes, String name) {
        return read(bytes, name, in -> new ResourcesBinding(in).resources(), SpecRules::checkResources);
    }

    /** Reads a state. */
    public static ReadResult<State> readState(byte[] bytes, String name) {
        return read(bytes, name, in -> new StateBinding(in).state(), SpecRules::checkState);
    }

    private static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }

    private static <T> ReadResult<T> read(
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
