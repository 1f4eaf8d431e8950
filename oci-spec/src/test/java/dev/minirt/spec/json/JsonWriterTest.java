package dev.minirt.spec.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.json.JsonMapper;

/** The writer against a library's, which wrote the documents before: byte by byte the same. */
class JsonWriterTest {
    private static final int DOCUMENTS = 2_000;
    private static final int MOST_LEVELS = 5;

    /** What is escaped, what is not, and what takes one to four bytes. */
    private static final String[] PIECES = {
        "a", "key", "\"", "\\", "/", "'", "<", "\u007f", "\u0000", "\u001f", "\b", "\t", "\n", "\f", "\r", "\u0080",
        "é", "\u2028", "€", "\uffff", "😀", ""
    };

    /** One and the same document in two ways. */
    private static final class Both {
        final Random random;
        final JsonWriter ours;
        final JsonGenerator theirs;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Both(JsonStyle style, long seed) {
            random = new Random(seed);
            ours = new JsonWriter(style);
            theirs = new JsonFactory().createGenerator(context(style), bytes);
        }

        String text() {
            var text = new StringBuilder();
            for (int count = random.nextInt(5); count >= 0; count--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            return text.toString();
        }

        void members(int level) {
            for (int count = random.nextInt(4); count > 0; count--) {
                var name = text() + count;
                switch (random.nextInt(level < MOST_LEVELS ? 8 : 6)) {
                    case 0 -> {
                        var value = text();
                        ours.member(name, value);
                        theirs.writeStringProperty(name, value);
                    }
                    case 1 -> {
                        long value = random.nextLong() >> random.nextInt(64);
                        ours.member(name, value);
                        theirs.writeNumberProperty(name, value);
                    }
                    case 2 -> {
                        boolean value = random.nextBoolean();
                        ours.member(name, value);
                        theirs.writeBooleanProperty(name, value);
                    }
                    case 3 -> {
                        double value = random.nextInt(10_000) / 100.0;
                        ours.member(name, value);
                        theirs.writeNumberProperty(name, value);
                    }
                    case 4 -> {
                        var values = random.nextBoolean() ? List.<String>of() : List.of(text(), text());
                        ours.texts(name, values);
                        theirs.writeArrayPropertyStart(name);
                        values.forEach(theirs::writeString);
                        theirs.writeEndArray();
                    }
                    case 5 -> {
                        var values = Map.of(text(), text());
                        ours.textsIfAny(name, values);
                        theirs.writeObjectPropertyStart(name);
                        values.forEach(theirs::writeStringProperty);
                        theirs.writeEndObject();
                    }
                    case 6 -> {
                        ours.beginObject(name);
                        theirs.writeObjectPropertyStart(name);
                        members(level + 1);
                        ours.endObject();
                        theirs.writeEndObject();
                    }
                    default -> {
                        ours.beginArray(name);
                        theirs.writeArrayPropertyStart(name);
                        elements(level + 1);
                        ours.endArray();
                        theirs.writeEndArray();
                    }
                }
            }
        }

        void elements(int level) {
            for (int count = random.nextInt(4); count > 0; count--) {
                switch (random.nextInt(level < MOST_LEVELS ? 4 : 2)) {
                    case 0 -> {
                        var value = text();
                        ours.element(value);
                        theirs.writeString(value);
                    }
                    case 1 -> {
                        long value = random.nextLong();
                        ours.element(value);
                        theirs.writeNumber(value);
                    }
                    case 2 -> {
                        ours.beginObject();
                        theirs.writeStartObject();
                        members(level + 1);
                        ours.endObject();
                        theirs.writeEndObject();
                    }
                    default -> {
                        ours.beginArray();
                        theirs.writeStartArray();
                        elements(level + 1);
                        ours.endArray();
                        theirs.writeEndArray();
                    }
                }
            }
        }
    }

    private static ObjectWriteContext context(JsonStyle style) {
        if (style == JsonStyle.COMPACT) {
            return ObjectWriteContext.empty();
        }
        var indenter = new DefaultIndenter(style == JsonStyle.TABS ? "\t" : "  ", "\n");
        var printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator(""))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        return new ObjectWriteContext.Base() {
            @Override
            public @Nullable PrettyPrinter getPrettyPrinter() {
                return printer;
            }

            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void writesWhatALibraryWrites(JsonStyle style) {
        for (long seed = 0; seed < DOCUMENTS; seed++) {
            var both = new Both(style, seed);
            boolean isObject = both.random.nextBoolean();
            if (isObject) {
                both.ours.beginObject();
                both.theirs.writeStartObject();
                both.members(0);
                both.ours.endObject();
                both.theirs.writeEndObject();
            } else {
                both.ours.beginArray();
                both.theirs.writeStartArray();
                both.elements(0);
                both.ours.endArray();
                both.theirs.writeEndArray();
            }
            both.theirs.close();
            assertThat(both.ours.toText()).as("seed %d", seed).isEqualTo(both.bytes.toString(UTF_8));
            assertThat(both.ours.toBytes()).isEqualTo(both.bytes.toByteArray());
        }
    }

    /** Whatever a text holds, it comes out again. */
    @Test
    void everyCharacterSurvives() {
        var all = new StringBuilder();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 0x101) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                all.appendCodePoint(point);
            }
        }
        byte[] written = new JsonWriter(JsonStyle.COMPACT)
                .beginArray()
                .element(all.toString())
                .endArray()
                .toBytes();
        assertThat(JsonMapper.builder().build().readTree(written).get(0).stringValue())
                .isEqualTo(all.toString());
    }

    @Test
    void numbersWithoutSign() {
        assertThat(new JsonWriter(JsonStyle.COMPACT)
                        .beginObject()
                        .unsigned("all", -1)
                        .unsigned("none", 0)
                        .endObject()
                        .toText())
                .isEqualTo("{\"all\":18446744073709551615,\"none\":0}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "a\udc80b", "\ude00\ud83d", "😀\ud83d"})
    void halfACharacterIsRefused(String text) {
        assertThatThrownBy(() -> new JsonWriter(JsonStyle.COMPACT).beginArray().element(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNoNumberIsRefused() {
        for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() ->
                            new JsonWriter(JsonStyle.COMPACT).beginObject().member("a", number))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void halfADocumentIsRefused() {
        assertThatThrownBy(() -> new JsonWriter(JsonStyle.COMPACT).beginArray().toBytes())
                .isInstanceOf(IllegalStateException.class);
    }
}
