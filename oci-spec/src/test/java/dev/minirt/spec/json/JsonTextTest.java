package dev.minirt.spec.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.spec.ReadResult;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C1, C2, G1, G2: what is no JSON, what is not quite, and what is only odd. */
class JsonTextTest {
    private static final String MINIMAL = "\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"}";

    private static String refusal(byte[] document) {
        try {
            ReadResult<Spec> result = SpecReader.read(document);
            throw new AssertionError("accepted as " + result);
        } catch (SpecException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String refusal(String document) {
        return refusal(document.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ``            | config.json is empty
                    ` \t `        | config.json is empty
                    null          | config.json: top level must be an object, got null
                    []            | config.json: top level must be an object, got array
                    3             | config.json: top level must be an object, got integer
                    "x"           | config.json: top level must be an object, got string
                    true          | config.json: top level must be an object, got boolean
                    {             | config.json: line 1, column 2: not JSON: ends in the middle of a value
                    {"a":"b       | config.json: line 1, column 8: not JSON: ends in the middle of a value
                    {"a":}        | config.json: line 1, column 6: not JSON: expected a value, got '}'
                    {"a" 1}       | config.json: line 1, column 6: not JSON: expected ':' after the name, got '1'
                    {"a":1,}      | config.json: line 1, column 8: not JSON: expected a name in double quotes after ',', got '}'
                    {"a":1 "b":2} | config.json: line 1, column 8: not JSON: expected ',' or '}' after the value, got '"'
                    {"a":[1,]}    | config.json: line 1, column 9: not JSON: expected a value, got ']'
                    {"a":[1 2]}   | config.json: line 1, column 9: not JSON: expected ',' or ']' after the value, got '2'
                    {"a":[1}      | config.json: line 1, column 8: not JSON: expected ',' or ']' after the value, got '}'
                    {"a":[,1]}    | config.json: line 1, column 7: not JSON: expected a value, got ','
                    {a:1}         | config.json: line 1, column 2: not JSON: expected a name in double quotes or '}', got 'a'
                    {'a':1}       | config.json: line 1, column 2: not JSON: expected a name in double quotes or '}', got '''
                    {"a":NaN}     | config.json: line 1, column 6: not JSON: expected a value, got 'NaN'
                    {"a":Infinity}| config.json: line 1, column 6: not JSON: expected a value, got 'Infinity'
                    {"a":-Inf}    | config.json: line 1, column 7: not JSON: expected a digit, got 'Inf'
                    {"a":01}      | config.json: line 1, column 6: not JSON: a number must not begin with 0 and another digit
                    {"a":-01}     | config.json: line 1, column 7: not JSON: a number must not begin with 0 and another digit
                    {"a":+1}      | config.json: line 1, column 6: not JSON: expected a value, got '+'
                    {"a":.5}      | config.json: line 1, column 6: not JSON: expected a value, got '.'
                    {"a":5.}      | config.json: line 1, column 8: not JSON: expected a digit, got '}'
                    {"a":5e}      | config.json: line 1, column 8: not JSON: expected a digit, got '}'
                    {"a":0x1}     | config.json: line 1, column 7: not JSON: expected ',' or '}' after the value, got 'x1'
                    {"a":"\\q"}   | config.json: line 1, column 7: not JSON: there is no escape of a backslash and 'q'
                    {"a":"\\u12g4"} | config.json: line 1, column 7: not JSON: \\u must be followed by four hexadecimal digits
                    {"a":"\t"}    | config.json: line 1, column 7: not JSON: a string must not contain U+0009 unless it is escaped
                    {"a":tru}     | config.json: line 1, column 6: not JSON: expected a value, got 'tru'
                    {"a":True}    | config.json: line 1, column 6: not JSON: expected a value, got 'True'
                    {"a":\u00e9}  | config.json: line 1, column 6: not JSON: expected a value, got U+00E9
                    // c          | config.json: line 1, column 1: not JSON: expected a value, got a comment
                    {"a":1 /**/ } | config.json: line 1, column 8: not JSON: expected ',' or '}' after the value, got a comment
                    """)
    void refusesWhatIsNoDocument(String text, String message) {
        assertThat(refusal(text)).isEqualTo(message);
    }

    @Test
    void refusesTextAfterTheEnd() {
        assertThat(refusal("{" + MINIMAL + "}{}"))
                .isEqualTo("config.json: line 1, column 48: more text after the end of the document");
        assertThat(refusal("{" + MINIMAL + "}\n\nx"))
                .isEqualTo("config.json: line 3, column 1: more text after the end of the document");
    }

    @Test
    void whiteSpaceAroundIsFine() {
        assertThat(SpecReader.read(("\n {" + MINIMAL + "} \r\n").getBytes(UTF_8))
                        .warnings())
                .isEmpty();
    }

    @Test
    void refusesAByteOrderMark() {
        assertThat(refusal("\ufeff{" + MINIMAL + "}"))
                .isEqualTo("config.json: starts with a byte order mark, which JSON forbids");
        // UTF-16 is not guessed either.
        assertThat(refusal(("{" + MINIMAL + "}").getBytes(java.nio.charset.StandardCharsets.UTF_16LE)))
                .startsWith("config.json: line 1, column");
    }

    @ParameterizedTest
    @CsvSource({
        "a stray continuation byte, \u0080",
        "an overlong slash, \u00c0\u00af",
        "a surrogate in UTF-8, \u00ed\u00a0\u0080",
        "above U+10FFFF, \u00f4\u0090\u0080\u0080",
        "a cut sequence, \u00e2\u0082",
        "0xFF, \u00ff",
    })
    void refusesInvalidUtf8WhereverItIs(String what, String bytes) {
        String before = "{" + MINIMAL + ",\n\"annotations\":{\"k\":\"";
        byte[] document = (before + bytes + "\"}}").getBytes(ISO_8859_1);
        assertThat(refusal(document))
                .as(what)
                .isEqualTo("config.json: line 2: invalid UTF-8 at byte " + before.length());
    }

    @Test
    void refusesDeepNesting() {
        String deep = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThat(refusal(deep)).isEqualTo("config.json: line 1, column 133: nested deeper than 128 levels");
        String allowed = "{" + MINIMAL + ",\"x\":" + "[".repeat(127) + "]".repeat(127) + "}";
        assertThat(SpecReader.read(allowed.getBytes(UTF_8)).warnings())
                .extracting(Object::toString)
                .containsExactly("x: unknown, ignored");
    }

    @Test
    void refusesHugeDocuments() {
        byte[] huge = new byte[DocumentReader.MAX_BYTES + 1];
        Arrays.fill(huge, (byte) ' ');
        assertThat(refusal(huge)).isEqualTo("config.json is larger than 16 MiB");
    }

    @Test
    void takesLongTextsAndManyElements() {
        String args = "\"" + "x".repeat(10 << 20) + "\"";
        String document = "{" + MINIMAL + ",\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"cwd\":\"/\",\"args\":[" + args
                + ",\"\"".repeat(100_000) + "]}}";
        Spec spec = SpecReader.read(document.getBytes(UTF_8)).document();
        assertThat(spec.process().orElseThrow().args()).hasSize(100_001);
    }

    @Test
    void refusesCharactersThatACStringOrAFileNameCannotHold() {
        assertThat(refusal(
                        "{" + MINIMAL + ",\"hostname\":\"a\\u0000b\",\"linux\":{\"namespaces\":[{\"type\":\"uts\"}]}}"))
                .isEqualTo("hostname: contains a NUL character");
        assertThat(refusal("{" + MINIMAL + ",\"annotations\":{\"k\":\"\\ud800\"}}"))
                .isEqualTo("annotations.k: contains half of a surrogate pair, which is no character");
        for (String half : new String[] {"\\udc00", "\\ud800", "\\ud800x"}) {
            assertThat(refusal("{" + MINIMAL + ",\"annotations\":{\"" + half + "\":\"\"}}"))
                    .contains("surrogate");
        }
        assertThat(refusal("{" + MINIMAL + ",\"unknown\":[{\"k\":\"\\u0000\"}]}"))
                .isEqualTo("unknown[0].k: contains a NUL character");
    }

    @Test
    void ignoresUnknownMembersEverywhere() {
        String document = "{\"x\":{\"y\":[1,{\"z\":null}]}," + MINIMAL
                + ",\"linux\":{\"x\":1e400,\"resources\":{\"x\":[[]]}},\"windows\":{},\"solaris\":3}";
        assertThat(SpecReader.read(document.getBytes(UTF_8)).document().linux().resources())
                .isPresent();
    }

    /** G1, glossary.md#json: objects must not include duplicate names; parsers differ in which one counts. */
    @Test
    void refusesDuplicates() {
        assertThat(refusal("{" + MINIMAL
                        + ",\"root\":{\"path\":\"a\",\"path\":\"b\"},\"annotations\":{\"k\":\"1\",\"k\":\"2\"}}"))
                .contains("root: duplicate member", "root.path: duplicate member", "annotations.k: duplicate member");
    }

    @Test
    void refusesDuplicatesInLargeObjectsToo() {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            members.append("\"k").append(i).append("\":\"\",");
        }
        assertThat(refusal("{" + MINIMAL + ",\"annotations\":{" + members + "\"k0\":\"\",\"k4999\":\"\"}}"))
                .isEqualTo("annotations.k0: duplicate member; annotations.k4999: duplicate member");
    }

    @Test
    void nullCountsAsAbsent() {
        String document =
                "{" + MINIMAL + ",\"process\":null,\"mounts\":null,\"hooks\":{\"prestart\":null},\"linux\":null}";
        ReadResult<Spec> result = SpecReader.read(document.getBytes(UTF_8));
        assertThat(result.document().process()).isEmpty();
        assertThat(result.warnings())
                .hasSize(4)
                .allMatch(warning -> warning.message().equals("null, read as absent"));
        assertThat(refusal("{\"ociVersion\":null,\"root\":{\"path\":\"r\"}}"))
                .isEqualTo("ociVersion: required, but missing");
    }

    @Test
    void saysWhyAFileCannotBeRead(@TempDir Path dir) throws IOException {
        Path missing = dir.resolve("config.json");
        assertThatThrownBy(() -> SpecReader.read(missing))
                .isInstanceOf(SpecException.class)
                .hasMessage(missing + ": no such file or directory");
        assertThatThrownBy(() -> SpecReader.read(dir))
                .isInstanceOf(SpecException.class)
                .hasMessage(dir + ": is a directory");
        Path empty = Files.createFile(dir.resolve("other.json"));
        assertThatThrownBy(() -> SpecReader.read(empty)).hasMessage("other.json is empty");
        Path good = Files.writeString(dir.resolve("good.json"), "{" + MINIMAL + "}");
        assertThat(SpecReader.read(good).document().root().path()).isEqualTo("rootfs");
    }
}
