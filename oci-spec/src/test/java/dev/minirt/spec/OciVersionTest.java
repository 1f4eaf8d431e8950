package dev.minirt.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** G4: SemVer 2.0.0. */
class OciVersionTest {
    @ParameterizedTest
    @CsvSource({
        "1.0.0, 1, 0, 0, ''",
        "1.0.2-dev, 1, 0, 2, dev",
        "1.2.1+x, 1, 2, 1, ''",
        "1.0.0-rc5-dev, 1, 0, 0, rc5-dev",
        "1.0.0-0.alpha.11+build.01, 1, 0, 0, 0.alpha.11",
        "0.10.20, 0, 10, 20, ''",
        "1.0.0+a-b, 1, 0, 0, ''",
    })
    void parses(String text, int major, int minor, int patch, String preRelease) {
        assertThat(OciVersion.parse(text)).isEqualTo(new OciVersion(major, minor, patch, preRelease));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.0",
                "1.0.",
                "1..0",
                "1.0.0.0",
                "v1.0.0",
                "01.0.0",
                "1.00.0",
                "1.0.0-",
                "1.0.0+",
                "1.0.0-01",
                "1.0.0-a..b",
                "1.0.0 ",
                "-1.0.0",
                "1.0.0-ü",
                "1.0.99999999999",
                "١.0.0",
                "1.0.0+a+b",
                "1.0.0-a_b"
            })
    void refuses(String text) {
        assertThat(OciVersion.parse(text)).isNull();
    }
}
