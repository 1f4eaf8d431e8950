package dev.minirt.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
    @Test
    void escapesWhatWouldBreakALine() {
        assertThat(Quoted.of("a\"b\\c\nd\te\0f\u2028\ud800"))
                .isEqualTo("\"a\\\"b\\\\c\\nd\\te\\u0000f\\u2028\\ud800\"");
        assertThat(Quoted.of("grün \ud83d\ude00")).isEqualTo("\"grün \ud83d\ude00\"");
    }

    @Test
    void cutsLongText() {
        assertThat(Quoted.of("x".repeat(1_000_000))).hasSize(125).endsWith("x...\"");
    }
}
