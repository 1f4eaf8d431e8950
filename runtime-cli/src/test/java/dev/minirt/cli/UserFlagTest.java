package dev.minirt.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** exec --user: CVE-2026-30892 and CVE-2016-3697. */
class UserFlagTest {
    @Test
    void numbers() {
        assertThat(UserFlag.parse("1")).isEqualTo(new UserFlag(1, OptionalLong.empty()));
        assertThat(UserFlag.parse("1:2")).isEqualTo(new UserFlag(1, OptionalLong.of(2)));
        assertThat(UserFlag.parse("01")).isEqualTo(new UserFlag(1, OptionalLong.empty()));
        assertThat(UserFlag.parse("4294967294:0")).isEqualTo(new UserFlag(4294967294L, OptionalLong.of(0)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":5",
                "1:",
                "+1",
                "-1",
                "1 ",
                " 1",
                "0x1",
                "4294967295",
                "4294967296",
                "root",
                "1:2:3",
                "18446744073709551616",
                "\u0661",
                "1:x",
                "1,2"
            })
    void nothingElse(String text) {
        assertThatThrownBy(() -> UserFlag.parse(text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("for flag -user");
    }
}
