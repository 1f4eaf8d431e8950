package dev.minirt.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** L9 and D8: signals in every spelling. */
class SignalNumberTest {
    @ParameterizedTest
    @CsvSource({
        "KILL,9",
        "SIGKILL,9",
        "kill,9",
        "sigkill,9",
        "SigTerm,15",
        "9,9",
        "0,0",
        "64,64",
        "HUP,1",
        "SYS,31",
        "USR1,10",
        "USR2,12",
        "CHLD,17",
        "CLD,17",
        "WINCH,28",
        "IO,29",
        "POLL,29",
        "IOT,6",
        "RTMIN,34",
        "SIGRTMIN+1,35",
        "RTMAX,64",
        "rtmax-1,63",
        "RTMIN+30,64",
        "STKFLT,16",
        "015,15"
    })
    void isKnown(String text, int number) {
        assertThat(SignalNumber.of(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SIG",
                "65",
                "-1",
                "1000",
                "KILLER",
                "RTMIN+31",
                "RTMAX-31",
                "RTMIN+",
                "RTMIN-1",
                "9 ",
                "0x9",
                "\u0669"
            })
    void isUnknown(String text) {
        assertThatThrownBy(() -> SignalNumber.of(text))
                .isInstanceOf(ContainerException.class)
                .hasMessage("unknown signal \"" + text + "\"");
    }
}
