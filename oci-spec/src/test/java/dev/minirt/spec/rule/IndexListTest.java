package dev.minirt.spec.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P21, C18, R11. */
class IndexListTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "0-3", "0-3,7", "7,1", "0-9999", "0-31:2/8", "5-5"})
    void accepts(String list) {
        assertThat(IndexList.isValid(list)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "0,",
                ",0",
                "-1",
                "3-1",
                "0-",
                "a",
                "0 ",
                " 0",
                "0-3-5",
                "0x1",
                "1.5",
                "0-7:0/4",
                "0-7:5/4",
                "0:1/2",
                "99999999999",
                "٣"
            })
    void refuses(String list) {
        assertThat(IndexList.isValid(list)).isFalse();
    }
}
