package dev.minirt.spec.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.Fixture;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Broken documents by the thousand, the same ones in every run: whatever happens to a document, the answer is a result or
 * a {@link SpecException} whose message is one line that is fit for a terminal.
 */
class MutationTest {
    private static final String[] PIECES = {
        "null",
        "{}",
        "[]",
        "\"\"",
        "-1",
        "0",
        "1e9999",
        "18446744073709551616",
        "true",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "{\"a\":{\"b\":[1,2,{\"c\":null}]}}",
        "\"\u001b[31m\"",
        ",",
        ":",
        "}",
        "]",
        "\"",
        "\\",
        "\ufeff",
        "\u0000",
        "[[[[[[[[[[[[[[[[",
        "99999999999999999999999999999999999999999999",
        "\"SCMP_ACT_NOTIFY\"",
        "\"a\\nb\""
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void onlySpecExceptionsEscape(long seed) {
        Random random = new Random(seed);
        byte[] original = seed % 2 == 0 ? Fixture.everything() : Fixture.engine("ctr17-run.config.json");
        int refused = 0;
        int rounds = 600;
        for (int i = 0; i < rounds; i++) {
            byte[] document = original;
            for (int n = random.nextInt(3); n >= 0; n--) {
                document = mutated(document, random);
            }
            try {
                SpecReader.read(document);
            } catch (SpecException e) {
                refused++;
                assertIsOneLine(String.valueOf(e.getMessage()));
                assertThat(e.violations()).isNotEmpty();
                for (Violation violation : e.violations()) {
                    assertIsOneLine(violation.toString());
                }
            }
        }
        assertThat(refused).isBetween(rounds / 10, rounds - 1);
    }

    private static void assertIsOneLine(String message) {
        assertThat(message).isNotBlank();
        assertThat(message.chars().noneMatch(Character::isISOControl))
                .as(message)
                .isTrue();
    }

    private static byte[] mutated(byte[] document, Random random) {
        int at = random.nextInt(document.length);
        return switch (random.nextInt(6)) {
            case 0 -> {
                byte[] flipped = document.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> replaced(document, at, Math.min(document.length, at + 1 + random.nextInt(20)), new byte[0]);
            case 2 -> replaced(document, at, at, PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8));
            case 3 -> {
                int end = Math.min(document.length, at + random.nextInt(200));
                yield replaced(document, at, at, Arrays.copyOfRange(document, at, end));
            }
            case 4 -> valueReplaced(document, at, PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8));
            default ->
                random.nextInt(20) == 0
                        ? Arrays.copyOf(document, at + 1)
                        : valueReplaced(document, at, PIECES[random.nextInt(10)].getBytes(UTF_8));
        };
    }

    /** Replaces the scalar after the next colon, which mostly leaves JSON. */
    private static byte[] valueReplaced(byte[] document, int at, byte[] piece) {
        int start = at;
        while (start < document.length - 2 && document[start] != ':') {
            start++;
        }
        int end = start + 1;
        while (end < document.length - 1 && ",}]\n".indexOf(document[end]) < 0) {
            end++;
        }
        return replaced(document, start + 1, Math.max(end, start + 1), piece);
    }

    private static byte[] replaced(byte[] document, int from, int to, byte[] by) {
        byte[] result = new byte[document.length - (to - from) + by.length];
        System.arraycopy(document, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(document, to, result, from + by.length, document.length - to);
        return result.length == 0 ? document : result;
    }

    private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;
}
