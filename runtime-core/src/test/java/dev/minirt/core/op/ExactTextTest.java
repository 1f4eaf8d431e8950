package dev.minirt.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words of a command line are bytes: none is taken for another, and none names a file that it does not name (attack: a name that is not UTF-8). */
class ExactTextTest {
    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "61, a",
        "c3a4, \u00e4",
        "f09f9880, \ud83d\ude00",
        "efbfbd, \ufffd",
        "ff, \udcff",
        "61ff62, a\udcffb",
        "c3, \udcc3",
        "c328, \udcc3(",
        "c080, \udcc0\udc80",
        "eda080, \udced\udca0\udc80",
        "f09f9880ff, \ud83d\ude00\udcff",
        "efbfbdff, \ufffd\udcff"
    })
    void keepsEveryByte(String hex, String text) {
        var bytes = HexFormat.of().parseHex(hex);
        assertThat(ExactText.decode(bytes)).isEqualTo(text);
        assertThat(ExactText.encode(text)).isEqualTo(bytes);
    }

    @Test
    void keepsAnyBytes() {
        var random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            assertThat(ExactText.encode(ExactText.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void whatIsNotUtf8IsNoPath() {
        var text = ExactText.decode(new byte[] {'/', (byte) 0xff});
        assertThat(ExactText.isUtf8(text)).isFalse();
        assertThatThrownBy(() -> Path.of(text)).isInstanceOf(InvalidPathException.class);
        assertThat(ExactText.isUtf8("\ud83d\ude00\ufffd")).isTrue();
    }

    @Test
    void otherLoneSurrogatesAreNoBytes() {
        assertThat(ExactText.encode("\ud800x\udc00")).isEqualTo("?x?".getBytes(StandardCharsets.UTF_8));
    }
}
