package dev.minirt.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Resources;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.SpecWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flags of update. */
class LimitFlagTest {
    private static Resources resources(String... words) {
        return LimitFlag.resources(Flags.parse(new UpdateCommand().options(), List.of(words)));
    }

    private static String json(String... words) {
        return new String(SpecWriter.resources(resources(words), JsonStyle.COMPACT), StandardCharsets.UTF_8)
                .replace('"', '\'');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--memory=64m                 | 'memory':{'limit':67108864}",
                "--memory-swap=-1             | 'memory':{'swap':-1}",
                "--memory-reservation=1.5GiB  | 'memory':{'reservation':1610612736}",
                "--cpu-quota=-1               | 'cpu':{'quota':-1}",
                "--cpu-period=50000           | 'cpu':{'period':50000}",
                "--cpu-burst=0                | 'cpu':{'burst':0}",
                "--cpu-share=512              | 'cpu':{'shares':512}",
                "--cpu-idle=1                 | 'cpu':{'idle':1}",
                "--cpuset-cpus=0-1            | 'cpu':{'cpus':'0-1'}",
                "--cpuset-mems=0              | 'cpu':{'mems':'0'}",
                "--cpu-rt-runtime=5           | 'cpu':{'realtimeRuntime':5}",
                "--cpu-rt-period=6            | 'cpu':{'realtimePeriod':6}",
                "--pids-limit=0               | 'pids':{'limit':0}",
                "--blkio-weight=500           | 'blockIO':{'weight':500}",
                "--kernel-memory=1k           | 'memory':{'kernel':1024}",
                "--kernel-memory-tcp=1        | 'memory':{'kernelTCP':1}",
            })
    void eachIsForAMember(String words, String member) {
        assertThat(json(words.strip().split(" "))).contains(member.strip());
    }

    @Test
    void anEmptyOneMeansNothing() {
        assertThat(resources("--memory=", "--cpuset-cpus", "", "--pids-limit=")).isEqualTo(resources());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory=much        | invalid value \"much\" for flag -memory: expected a number of bytes, such as 64m, or -1",
                "--memory=-2          | invalid value \"-2\" for flag -memory: expected a number of bytes, such as 64m, or -1",
                "--pids-limit=-2      | invalid value \"-2\" for flag -pids-limit: expected a number of -1 or more",
                "--cpu-idle=2         | invalid value \"2\" for flag -cpu-idle: expected a number of 0 to 1",
                "--cpu-quota=x        | invalid value \"x\" for flag -cpu-quota: expected a number",
                "--blkio-weight=5     | --blkio-weight: must be between 10 and 1000, got 5",
                "--cpuset-cpus=a      | --cpuset-cpus: \"a\" is not a list such as 0-3,7",
                "--l3-cache-schema=L3 | --l3-cache-schema: Intel RDT is not supported",
                "--mem-bw-schema=MB   | --mem-bw-schema: Intel RDT is not supported",
            })
    void aWrongOneIsNamed(String word, String message) {
        assertThatThrownBy(() -> resources(word.strip()))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }

    @Test
    void membersAreCalledByTheirFlags() {
        assertThat(LimitFlag.name(JsonPointer.of("/memory/swap"))).isEqualTo("--memory-swap");
        assertThat(LimitFlag.name(JsonPointer.of("/devices/0"))).isEqualTo("devices[0]");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1b, 1", "1 kb, 1024", "2M, 2097152", "1.5g, 1610612736", "7EiB, 8070450532247928832"})
    void sizesHaveUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "1x", "1ib", "8E", "1.2.3", "-1", "1mm"})
    void otherSizesAreNone(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }
}
