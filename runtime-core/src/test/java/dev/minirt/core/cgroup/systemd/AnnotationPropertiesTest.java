package dev.minirt.core.cgroup.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Annotations org.systemd.property.*, CVE-2024-3154")
class AnnotationPropertiesTest {
    private static UnitProperty read(String name, String text) {
        return Objects.requireNonNull(AnnotationProperties.read(AnnotationProperties.PREFIX + name, text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', commentCharacter = '~', textBlock = """
            TimeoutStopUSec     | uint64 10000000        | TimeoutStopUSec     | t  | 10000000
            TimeoutStopUSec     | 10000000               | TimeoutStopUSec     | t  | 10000000
            TimeoutStopUSec     | 0x10                   | TimeoutStopUSec     | t  | 16
            TimeoutStopUSec     | uint64 18446744073709551615 | TimeoutStopUSec | t | infinity
            TimeoutStopSec      | 1.5                    | TimeoutStopUSec     | t  | 1500000
            TimeoutStopSec      | 7                      | TimeoutStopUSec     | t  | 7000000
            KillSignal          | 15                     | KillSignal          | i  | 15
            KillSignal          | int32 15               | KillSignal          | i  | 15
            KillMode            | 'mixed'                | KillMode            | s  | mixed
            KillMode            | "mixed"                | KillMode            | s  | mixed
            SendSIGHUP          | true                   | SendSIGHUP          | b  | yes
            SendSIGHUP          | boolean false          | SendSIGHUP          | b  | no
            After               | ['a.service', "b.service"] | After           | as | a.service b.service
            After               | @as []                 | After               | as | ##
            ManagedOOMMemoryPressureLimit | uint32 4294967295 | ManagedOOMMemoryPressureLimit | u | 4294967295
            OOMPolicy           | 'a\\'b\\u0041\\\\'     | OOMPolicy           | s  | a'bA\\
            """)
    void areValuesAsToolsWriteThem(String name, String text, String property, String signature, String words) {
        var read = read(name, text);
        assertThat(read.name()).isEqualTo(property);
        assertThat(read.value().signature()).isEqualTo(signature);
        assertThat(read.valueWords()).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SuccessAction",
                "FailureAction",
                "JobTimeoutAction",
                "RebootArgument",
                "ExecStartPre",
                "ExecStopPost",
                "Slice",
                "PIDs",
                "Delegate",
                "Conflicts",
                "Requires",
                "Wants",
                "BindsTo",
                "OnFailure",
                "Upholds",
                "PropagatesStopTo",
                "Description",
                "User",
                "DeviceAllow",
                "DevicePolicy",
                "MemoryMax",
                "TasksMax",
                "BPFProgram",
                "IPIngressFilterPath",
                "Controller",
                "",
                "Sec"
            })
    @DisplayName("attack: what reaches beyond the container's own unit is ignored, with a warning")
    void dangerousOnesAreNotSet(String name) {
        assertThat(AnnotationProperties.read(AnnotationProperties.PREFIX + name, "'x'"))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', commentCharacter = '~', textBlock = """
            TimeoutStopUSec | 'ten'
            TimeoutStopUSec | -1
            TimeoutStopUSec | 1.5
            TimeoutStopUSec | int32 5
            TimeoutStopUSec | uint64 18446744073709551616
            TimeoutStopUSec | uint64
            TimeoutStopUSec | 5 6
            TimeoutStopUSec | ##
            TimeoutStopUSec | 1e999999999
            TimeoutStopSec  | 'x'
            TimeoutStopSec  | -1
            KillSignal      | 99999999999
            KillSignal      | true
            KillMode        | mixed
            KillMode        | 'mixed
            SendSIGHUP      | 1
            After           | 'a'
            After           | ['a', 5]
            After           | ['a'
            After           | [['a']]
            After           | @ai ['a']
            After           | ('a', 'b')
            After           | {'a': 'b'}
            After           | <'a'>
            """)
    void malformedOnesAreRefused(String name, String text) {
        assertThatThrownBy(() -> read(name, text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void endlessOnesAreRefused() {
        assertThatThrownBy(() -> read("After", "[" + "'a',".repeat(100_000) + "]"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("After", "uint32 ".repeat(9000) + "5"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
