package dev.minirt.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trap 10: flags in every spelling that engines use. */
class FlagsTest {
    private static Options run() {
        return new RunCommand().options();
    }

    private static Flags parse(Options options, String words) {
        return Flags.parse(options, words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bundle /b id",
                "--bundle=/b id",
                "-b /b id",
                "-b=/b id",
                "-bundle /b id",
                "-bundle=/b id",
                "--bundle /x --bundle=/b id",
                "-b /x -bundle /b id",
                "--keep --bundle /b id",
                "--bundle /b -- id"
            })
    void aValueInEverySpelling(String words) {
        var flags = parse(run(), words);
        assertThat(flags.value("bundle")).contains("/b");
        assertThat(flags.rest()).containsExactly("id");
    }

    @ParameterizedTest
    @CsvSource({
        "--no-subreaper,true",
        "-no-subreaper,true",
        "--no-subreaper=true,true",
        "--no-subreaper=1,true",
        "-no-subreaper=false,false",
        "--no-subreaper --no-subreaper=false,false",
        "--no-subreaper=false --no-subreaper,true",
        "'',false"
    })
    void aSwitchInEverySpelling(String words, boolean expected) {
        assertThat(parse(run(), words).has("no-subreaper")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"-d,detach", "--detach,detach", "-detach,detach", "--keep,keep", "-keep,keep"})
    void switchesOfRun(String words, String name) {
        assertThat(parse(run(), words).has(name)).isTrue();
    }

    @Test
    void theWordsBehindTheFirstThatIsNoFlagAreNotRead() {
        var flags = parse(new KillCommand().options(), "-a id -9 --all");
        assertThat(flags.has("all")).isTrue();
        assertThat(flags.rest()).containsExactly("id", "-9", "--all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--pid-file -", "--pid-file=-", "-pid-file -"})
    void aDashIsAValue(String words) {
        assertThat(parse(run(), words).value("pid-file")).contains("-");
    }

    @Test
    void aValueMayLookLikeAFlagOrHaveQuotesOrBeEmpty() {
        assertThat(parse(run(), "--pid-file --keep").value("pid-file")).contains("--keep");
        assertThat(parse(run(), "--pid-file=\"x\"").value("pid-file")).contains("\"x\"");
        assertThat(parse(run(), "--pid-file=a=b").value("pid-file")).contains("a=b");
        assertThat(parse(run(), "--pid-file=").value("pid-file")).contains("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--root /r --log /l --log-format json --debug --systemd-cgroup --rootless true --criu /c state x",
                "--root=/r --log=/l --log-format=json --debug --systemd-cgroup --systemd-cgroup --rootless=true --criu=/c state x",
                "--root=/q --root=/r -log /l -log-format json -debug state x"
            })
    void globalFlagsEndAtTheCommand(String words) {
        var flags = parse(GlobalFlags.options(), words);
        assertThat(flags.value("root")).contains("/r");
        assertThat(flags.value("log")).contains("/l");
        assertThat(flags.value("log-format")).contains("json");
        assertThat(flags.has("debug")).isTrue();
        assertThat(flags.rest()).containsExactly("state", "x");
    }

    @ParameterizedTest
    @CsvSource({
        "--frob,flag provided but not defined: -frob",
        "--bund /x,flag provided but not defined: -bund",
        "-dk,flag provided but not defined: -dk",
        "---keep,flag provided but not defined: --keep",
        "--=x,flag provided but not defined: -",
        "--bundle,flag needs an argument: --bundle",
        "-b,flag needs an argument: --bundle",
        "--keep=perhaps,invalid boolean value \"perhaps\" for -keep",
    })
    void whatIsNoFlagIsRefused(String words, String message) {
        assertThatThrownBy(() -> parse(run(), words))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--preserve-fds -1",
                "--preserve-fds x",
                "--preserve-fds=",
                "--preserve-fds 99999999999",
                "--preserve-fds 11"
            })
    void numbersAreNumbers(String words) {
        var flags = parse(run(), words);
        assertThatThrownBy(() -> flags.number("preserve-fds", 0, 10))
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith("expected a number from 0 to 10");
        assertThat(parse(run(), "--preserve-fds 2").number("preserve-fds", 0, 10))
                .isEqualTo(2);
        assertThat(parse(run(), "").number("preserve-fds", 7, 10)).isEqualTo(7);
    }
}
