package dev.minirt.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonPointerTest {
    @Test
    void escapesTildeAndSlash() {
        JsonPointer pointer = JsonPointer.ROOT.child("a/b").child("m~n").child(0);
        assertThat(pointer.text()).isEqualTo("/a~1b/m~0n/0");
        assertThat(pointer.tokens()).containsExactly("a/b", "m~n", "0");
        // RFC 6901, section 4: ~01 is ~1, not a slash.
        assertThat(JsonPointer.of("/~01").tokens()).containsExactly("~1");
    }

    @Test
    void namesFieldsForPeople() {
        assertThat(JsonPointer.of("/process/rlimits/0/soft").field()).isEqualTo("process.rlimits[0].soft");
        assertThat(JsonPointer.ROOT.field()).isEmpty();
        assertThat(JsonPointer.ROOT.child("annotations").child("io.example/key").field())
                .isEqualTo("annotations[\"io.example/key\"]");
        assertThat(JsonPointer.ROOT.child("sysctl").child("").field()).isEqualTo("sysctl[\"\"]");
    }

    @Test
    void fieldsCannotDriveATerminal() {
        assertThat(JsonPointer.ROOT.child("a\u001b[31m\n\u202e").field()).isEqualTo("[\"a\\u001b[31m\\n\\u202e\"]");
    }

    @Test
    void containsItselfAndWhatLiesBelow() {
        JsonPointer linux = JsonPointer.of("/linux");
        assertThat(linux.contains(linux)).isTrue();
        assertThat(linux.contains(JsonPointer.of("/linux/devices/0"))).isTrue();
        assertThat(JsonPointer.ROOT.contains(linux)).isTrue();
        assertThat(linux.contains(JsonPointer.of("/linuxes"))).isFalse();
        assertThat(linux.contains(JsonPointer.ROOT)).isFalse();
    }

    @Test
    void refusesTextThatIsNoPointer() {
        assertThatThrownBy(() -> JsonPointer.of("linux")).isInstanceOf(IllegalArgumentException.class);
    }
}
