package dev.minirt.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.op.Op;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class HintsTest {
    /** Substrings by which engines choose an exit code (engines.md 4.2, 4.3): only the errno itself may bring them. */
    private static final String[] ENGINE_WORDS = {
        "executable file not found",
        "no such file or directory",
        "system cannot find",
        "permission denied",
        "operation not permitted",
        "is a directory",
        "not a directory",
        "does not exist",
        "not running",
        "no such process",
        "invalid process"
    };

    @Test
    void everyHintIsALineThatMisleadsNoEngine() {
        assertThat(Hints.TABLE).hasSizeGreaterThan(50);
        for (var hint : Hints.TABLE) {
            assertThat(hint.remedy())
                    .as("%s %s", hint.step(), hint.errno())
                    .isNotBlank()
                    .doesNotContain("\n")
                    .doesNotContain(ENGINE_WORDS)
                    .doesNotEndWith(".");
        }
    }

    /** A hint behind a more general one for the same failure would never be seen. */
    @Test
    void noHintIsHiddenByAnother() {
        var general = new HashSet<String>();
        for (var hint : Hints.TABLE) {
            var step = hint.step().getDeclaringClass().getName() + hint.step() + hint.errno();
            assertThat(general).as("%s %s", hint.step(), hint.errno()).doesNotContain(step);
            if (hint.about().isEmpty()) {
                general.add(step);
            }
        }
    }

    @Test
    void everyHintIsAboutAStepOfAnOperation() {
        for (var hint : Hints.TABLE) {
            var operation = hint.step().getDeclaringClass().getEnclosingClass();
            assertThat(Op.class).isAssignableFrom(operation);
        }
    }
}
