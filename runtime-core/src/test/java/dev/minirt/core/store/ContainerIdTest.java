package dev.minirt.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** L2 and C12: what is an id. */
class ContainerIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b_c+d-e", "...", ".a", "-", "-rf", "0", "a..b"})
    void isAnId(String text) {
        assertThat(new ContainerId(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "/", "a/b", "../a", "a b", "a\n", "ä", "a\0", "a:b", "~", "a,b", "$x", "\u0660"})
    void isNone(String text) {
        assertThatThrownBy(() -> new ContainerId(text))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("invalid container ID format: \"")
                .hasMessageNotContaining("\n");
    }

    @Test
    void hasALimitOfAFileName() {
        assertThat(new ContainerId("x".repeat(255)).text()).hasSize(255);
        assertThatThrownBy(() -> new ContainerId("x".repeat(256))).hasMessageContaining("longer than 255 characters");
        assertThatThrownBy(() -> new ContainerId("")).hasMessage("container id cannot be empty");
    }
}
