package dev.minirt.core.seccomp;

import static dev.minirt.core.seccomp.Profiles.arg;
import static dev.minirt.core.seccomp.Profiles.errno;
import static dev.minirt.core.seccomp.Profiles.profile;
import static dev.minirt.core.seccomp.Profiles.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.SyscallRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class SeccompCompilerTest {
    private static final SyscallRule ALLOW_READ = rule(SeccompAction.ALLOW, "read");

    /** S1: values of linux/seccomp.h. */
    @Test
    void returnValueOfEveryAction() {
        assertThat(valueOfRead(rule(SeccompAction.KILL, "read"))).isZero();
        assertThat(valueOfRead(rule(SeccompAction.KILL_THREAD, "read"))).isZero();
        assertThat(valueOfRead(rule(SeccompAction.KILL_PROCESS, "read"))).isEqualTo(0x80000000);
        assertThat(valueOfRead(rule(SeccompAction.TRAP, "read"))).isEqualTo(0x00030000);
        assertThat(valueOfRead(rule(SeccompAction.ERRNO, "read"))).isEqualTo(0x00050001);
        assertThat(valueOfRead(errno(0, "read"))).isEqualTo(0x00050000);
        assertThat(valueOfRead(errno(4095, "read"))).isEqualTo(0x00050fff);
        assertThat(valueOfRead(rule(SeccompAction.TRACE, "read"))).isEqualTo(0x7ff00001);
        assertThat(valueOfRead(new SyscallRule(List.of("read"), SeccompAction.TRACE, OptionalInt.of(65535), List.of())))
                .isEqualTo(0x7ff0ffff);
        assertThat(valueOfRead(rule(SeccompAction.LOG, "read"))).isEqualTo(0x7ffc0000);
        assertThat(valueOfRead(rule(SeccompAction.ALLOW, "read"))).isEqualTo(0x7fff0000);
    }

    private static int valueOfRead(SyscallRule rule) {
        Seccomp seccomp = profile(SeccompAction.ERRNO, OptionalInt.of(77), List.of(), rule);
        SeccompFilter filter = SeccompCompiler.compile(seccomp, SyscallAbi.X86_64);
        return FilterSimulator.run(
                        filter.program().instructions(),
                        Calls.call(SyscallAbi.X86_64, 0),
                        filter.abis().getFirst().byteOrder())
                .value();
    }

    /** S2. */
    @Test
    void errnoWithAnotherActionIsRefused() {
        assertRefused(new SyscallRule(List.of("read"), SeccompAction.ALLOW, OptionalInt.of(1), List.of()))
                .hasMessage(
                        "linux.seccomp.syscalls[1].errnoRet: is only for SCMP_ACT_ERRNO and SCMP_ACT_TRACE, and the action is SCMP_ACT_ALLOW");
        assertRefused(errno(4096, "read"))
                .hasMessage(
                        "linux.seccomp.syscalls[1].errnoRet: for SCMP_ACT_ERRNO must be between 0 and 4095, not 4096");
        assertThatThrownBy(() -> SeccompCompiler.compile(
                        profile(SeccompAction.KILL, OptionalInt.of(1), List.of()), SyscallAbi.X86_64))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith("linux.seccomp.defaultErrnoRet: is only for");
    }

    /** S3. */
    @Test
    void nativeInterfaceIsCoveredAndForeignOnesAreLeftOut() {
        SeccompFilter filter = SeccompCompiler.compile(
                profile(
                        SeccompAction.ERRNO,
                        OptionalInt.empty(),
                        List.of(SeccompArchitecture.S390X, SeccompArchitecture.X32),
                        ALLOW_READ),
                SyscallAbi.X86_64);
        assertThat(filter.abis()).containsExactly(SyscallAbi.X86_64, SyscallAbi.X32);
        assertThat(filter.unreachable()).containsExactly(SyscallAbi.S390X);
    }

    /** S4: values of linux/seccomp.h. */
    @Test
    void flags() {
        assertThat(SeccompCompiler.flags(List.of())).isZero();
        assertThat(SeccompCompiler.flags(List.of(SeccompFlag.values()))).isEqualTo(1 | 2 | 4 | 32);
        Seccomp waiting = withFlags(profile(SeccompAction.ALLOW), SeccompFlag.LOG, SeccompFlag.WAIT_KILLABLE_RECV);
        assertThatThrownBy(() -> SeccompCompiler.compile(waiting, SyscallAbi.X86_64))
                .hasMessageStartingWith("linux.seccomp.flags[1]: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV is of no use");
        Seccomp logging = withFlags(profile(SeccompAction.ALLOW), SeccompFlag.LOG, SeccompFlag.TSYNC);
        assertThat(SeccompCompiler.compile(logging, SyscallAbi.X86_64).flags()).isEqualTo(3);
    }

    private static Seccomp withFlags(Seccomp seccomp, SeccompFlag... flags) {
        return new Seccomp(
                seccomp.defaultAction(),
                seccomp.defaultErrnoRet(),
                seccomp.architectures(),
                List.of(flags),
                Optional.empty(),
                Optional.empty(),
                seccomp.syscalls());
    }

    /** S5. */
    @Test
    void unknownNamesAreReportedAndSkipped() {
        SeccompFilter filter = SeccompCompiler.compile(
                profile(
                        SeccompAction.ERRNO,
                        OptionalInt.empty(),
                        List.of(SeccompArchitecture.X86),
                        ALLOW_READ,
                        rule(SeccompAction.ALLOW, "no_such_call"),
                        rule(SeccompAction.ALLOW, "socketcall")),
                SyscallAbi.X86_64);
        assertThat(filter.unknownNames()).containsExactly("no_such_call");
        assertRefused(rule(SeccompAction.ALLOW, "")).hasMessage("linux.seccomp.syscalls[1].names[0]: no name");
        assertRefused(new SyscallRule(List.of(), SeccompAction.ALLOW, OptionalInt.empty(), List.of()))
                .hasMessage("linux.seccomp.syscalls[1].names: at least one name is needed");
    }

    /** S6. */
    @Test
    void argumentsAreZeroToFive() {
        assertRefused(rule(SeccompAction.ALLOW, "read", arg(6, SeccompOperator.EQ, 0)))
                .hasMessage("linux.seccomp.syscalls[1].args[0].index: a system call has arguments 0 to 5, not 6");
        assertRefused(rule(SeccompAction.ALLOW, "read", arg(-1, SeccompOperator.EQ, 0)))
                .hasMessageContaining("not -1");
    }

    /** S11, S14: and no listener without the other half of it. */
    @Test
    void notifyIsRefused() {
        assertRefused(rule(SeccompAction.NOTIFY, "read"))
                .hasMessage("linux.seccomp.listenerPath: is needed for SCMP_ACT_NOTIFY");
        assertThatThrownBy(() -> SeccompCompiler.compile(profile(SeccompAction.NOTIFY), SyscallAbi.X86_64))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith("linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be the default");
    }

    /** C9: ten thousand rules, of which the kernel could never take the program. */
    @Test
    void tooLongFilterIsRefused() {
        List<SyscallRule> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            rules.add(errno(i % 100, "read", arg(0, SeccompOperator.EQ, i)));
        }
        assertThatThrownBy(() -> SeccompCompiler.compile(
                        profile(SeccompAction.ALLOW, rules.toArray(new SyscallRule[0])), SyscallAbi.X86_64))
                .isInstanceOf(SpecException.class)
                .hasMessageMatching(
                        "linux.seccomp.syscalls: the filter would have \\d{5} instructions, and the kernel takes 4096");
    }

    /** C9: the same rule ten thousand times is one rule. */
    @Test
    void repeatedRulesCostNothing() {
        SyscallRule[] rules = new SyscallRule[10_000];
        java.util.Arrays.fill(rules, errno(9, "read", arg(0, SeccompOperator.EQ, 5)));
        assertThat(SeccompCompiler.compile(profile(SeccompAction.ALLOW, rules), SyscallAbi.X86_64)
                        .program()
                        .instructions())
                .hasSizeLessThan(20);
    }

    @Test
    void allViolationsAtOnce() {
        assertThatThrownBy(() -> SeccompCompiler.compile(
                        profile(
                                SeccompAction.ALLOW,
                                OptionalInt.of(3),
                                List.of(),
                                errno(5000, "read"),
                                rule(SeccompAction.NOTIFY, "write")),
                        SyscallAbi.X86_64))
                .isInstanceOfSatisfying(
                        SpecException.class,
                        e -> assertThat(e.violations())
                                .extracting(violation -> violation.pointer().text())
                                .containsExactly(
                                        "/linux/seccomp/defaultErrnoRet",
                                        "/linux/seccomp/syscalls/0/errnoRet",
                                        "/linux/seccomp/listenerPath"));
    }

    @Test
    void bytesAreInTheOrderOfTheMachine() {
        Seccomp seccomp = profile(SeccompAction.ALLOW);
        assertThat(SeccompCompiler.compile(seccomp, SyscallAbi.AARCH64).toBytes())
                .startsWith(0x20, 0, 0, 0, 4, 0, 0, 0);
        assertThat(SeccompCompiler.compile(seccomp, SyscallAbi.S390X).toBytes()).startsWith(0, 0x20, 0, 0, 0, 0, 0, 4);
    }

    @Test
    void disassemblyNamesEverything() {
        SeccompFilter filter = SeccompCompiler.compile(
                profile(
                        SeccompAction.ERRNO,
                        OptionalInt.of(38),
                        List.of(SeccompArchitecture.X32),
                        rule(SeccompAction.ALLOW, "execve"),
                        rule(SeccompAction.TRAP, "write", arg(1, SeccompOperator.LT, 7))),
                SyscallAbi.X86_64);
        assertThat(String.join("\n", Disassembler.disassemble(filter)))
                .contains("load architecture", "load number", "load argument 1 low")
                .contains("architecture == x86_64 then", "(write) then", "59 (execve) then", "x32:520 (execve) then")
                .contains("return ALLOW", "return TRAP", "return ERRNO 38", "return KILL_THREAD");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(SyscallRule rule) {
        return assertThatThrownBy(() ->
                        SeccompCompiler.compile(profile(SeccompAction.ERRNO, ALLOW_READ, rule), SyscallAbi.X86_64))
                .isInstanceOf(SpecException.class);
    }
}
