package dev.minirt.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the output of ps, and of times on the command line. */
class HostPsTest {
    @Test
    void onlyTheHeadingAndTheLinesOfTheProcessesAreKept() {
        var table = """
                UID          PID    PPID  C STIME TTY          TIME CMD
                root           1       0  0 00:00 ?        00:00:00 init 12
                root          12       1  0 00:00 ?        00:00:00 sh -c  a \u00ff
                root         120       1  0 00:00 ?        00:00:00 sh
                """;
        var lines = table.lines().toList();
        assertThat(HostPs.choose(table, Set.of(12))).isEqualTo(lines.get(0) + "\n" + lines.get(2) + "\n");
        assertThat(HostPs.choose(table, Set.of())).isEqualTo(lines.get(0) + "\n");
    }

    @Test
    void whatHasNoPidIsRefused() {
        assertThatThrownBy(() -> HostPs.choose("CMD\nsh\n", Set.of(1))).hasMessageContaining("no column PID");
        assertThatThrownBy(() -> HostPs.choose("CMD PID\nsh -c 1\n", Set.of(1)))
                .hasMessageContaining("\"-c\" where its heading has PID");
    }

    @ParameterizedTest
    @CsvSource({"5s, 5000", "100ms, 100", "1m30s, 90000", "1.5s, 1500", "1ns, 1", "1h0.5s, 3600500"})
    void timesAreThoseOfGo(String text, long milliseconds) {
        assertThat(Interval.milliseconds("interval", text)).isEqualTo(milliseconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0s", "-1s", "s", "1x", "1.2.3s", "99999h", "5 s"})
    void otherTimesAreRefused(String text) {
        assertThatThrownBy(() -> Interval.milliseconds("interval", text))
                .isInstanceOf(UsageException.class)
                .hasMessage("invalid value \"" + text
                        + "\" for flag -interval: expected a time greater than 0, such as 5s or 500ms");
    }
}
