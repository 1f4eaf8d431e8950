package dev.minirt.spec.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.spec.Fixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The tokens of a text, by themselves and beside those that Jackson finds. */
class JsonTokensTest {
    private static final int DEPTH = 128;
    private static final String ALPHABET = "{}[]:,\"\\ \n\t-+.eE0019atrufalsn/\u00e9\ud83d\ude00\b";

    private static String ours(String text) {
        var tokens = JsonTokens.of(text.getBytes(UTF_8), "text", DEPTH);
        var found = new ArrayList<String>();
        for (var token = tokens.next(); token != JsonToken.END; token = tokens.next()) {
            found.add(
                    switch (token) {
                        case NAME, STRING, INTEGER, DECIMAL -> token + " " + tokens.text();
                        default -> token.toString();
                    });
        }
        return String.join("\n", found);
    }

    /** The same, as Jackson sees it; empty text has no token for both. */
    private static String jacksons(String text) {
        var found = new ArrayList<String>();
        int values = 0;
        try (var parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            int depth = 0;
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                found.add(
                        switch (token) {
                            case START_OBJECT -> "OBJECT";
                            case END_OBJECT -> "OBJECT_END";
                            case START_ARRAY -> "ARRAY";
                            case END_ARRAY -> "ARRAY_END";
                            case PROPERTY_NAME -> "NAME " + parser.currentName();
                            case VALUE_STRING -> "STRING " + parser.getString();
                            case VALUE_NUMBER_INT -> "INTEGER " + parser.getString();
                            case VALUE_NUMBER_FLOAT -> "DECIMAL " + parser.getString();
                            case VALUE_TRUE -> "TRUE";
                            case VALUE_FALSE -> "FALSE";
                            case VALUE_NULL -> "NULL";
                            default -> throw new AssertionError(token);
                        });
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
                if (depth == 0) {
                    values++;
                }
            }
        }
        // It reads one value after the other; a document is one.
        return values > 1 ? "refused" : String.join("\n", found);
    }

    private static String oursOrRefused(String text) {
        try {
            return ours(text);
        } catch (JsonSyntaxException e) {
            return "refused";
        }
    }

    private static String jacksonsOrRefused(String text) {
        try {
            return jacksons(text);
        } catch (JacksonException e) {
            return "refused";
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithJacksonOnRealAndSpoiltDocuments(long seed) {
        var random = new Random(seed);
        var texts = List.of(
                new String(Fixture.everything(), UTF_8),
                new String(Fixture.engine("ctr17-run.config.json"), UTF_8),
                "{\"a\":[1,-0,1.5e+10,0.1E-2,true,false,null,\"\\u00e9\\n\\/\\\"\\ud83d\\ude00\"],\"b\":{\"c\":{}}}",
                "[[],{},\"\",0]");
        int refused = 0;
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            var text = new StringBuilder(texts.get(i % texts.size()));
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(text.length());
                var piece = String.valueOf(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, piece);
                    case 1 -> text.deleteCharAt(at);
                    default -> text.replace(at, at + 1, piece);
                }
            }
            // Half of a pair of surrogates is no UTF-8.
            var spoilt = new String(text.toString().getBytes(UTF_8), UTF_8);
            var expected = jacksonsOrRefused(spoilt);
            assertThat(oursOrRefused(spoilt)).as(spoilt).isEqualTo(expected);
            refused += expected.equals("refused") ? 1 : 0;
        }
        assertThat(refused).isBetween(rounds / 10, rounds - rounds / 10);
    }

    /** All texts of up to five of the characters that matter. */
    @Test
    void agreesWithJacksonOnShortTexts() {
        var alphabet = "{}[]:,\"-0.e1 n\\";
        int accepted = 0;
        int[] digits = new int[5];
        for (int length = 1; length <= digits.length; length++) {
            long all = Math.round(Math.pow(alphabet.length(), length));
            for (long number = 0; number < all; number++) {
                var text = new StringBuilder();
                long rest = number;
                for (int i = 0; i < length; i++) {
                    text.append(alphabet.charAt((int) (rest % alphabet.length())));
                    rest /= alphabet.length();
                }
                var expected = jacksonsOrRefused(text.toString());
                if (!oursOrRefused(text.toString()).equals(expected)) {
                    assertThat(oursOrRefused(text.toString()))
                            .as(text.toString())
                            .isEqualTo(expected);
                }
                accepted += expected.equals("refused") ? 0 : 1;
            }
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    @Test
    void knowsThePlace() {
        var tokens = JsonTokens.of("{\"a\":[0,{\"b/c\":[]}],\"d\":1}".getBytes(UTF_8), "text", DEPTH);
        var places = new ArrayList<String>();
        for (var token = tokens.next(); token != JsonToken.END; token = tokens.next()) {
            if (token != JsonToken.NAME) {
                places.add(token + tokens.pointer().text());
            }
        }
        assertThat(places)
                .containsExactly(
                        "OBJECT",
                        "ARRAY/a",
                        "INTEGER/a/0",
                        "OBJECT/a/1",
                        "ARRAY/a/1/b~1c",
                        "ARRAY_END/a/1/b~1c",
                        "OBJECT_END/a/1",
                        "ARRAY_END/a",
                        "INTEGER/d",
                        "OBJECT_END");
    }

    @Test
    void skipsAWholeValueAndNoMore() {
        var tokens = JsonTokens.of("[{\"a\":[{}]},1,2]".getBytes(UTF_8), "text", DEPTH);
        tokens.next();
        tokens.next();
        tokens.skipValue();
        assertThat(tokens.current()).isEqualTo(JsonToken.OBJECT_END);
        tokens.next();
        tokens.skipValue();
        assertThat(tokens.text()).isEqualTo("1");
        tokens.next();
        assertThat(tokens.text()).isEqualTo("2");
    }

    @Test
    void hasNoTokenBeforeTheFirst() {
        assertThatThrownBy(JsonTokens.of(new byte[0], "text", DEPTH)::current)
                .isInstanceOf(IllegalStateException.class);
    }
}
