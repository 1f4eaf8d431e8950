package dev.minirt.core.seccomp;

import static dev.minirt.core.seccomp.Profiles.arg;
import static dev.minirt.core.seccomp.Profiles.errno;
import static dev.minirt.core.seccomp.Profiles.profile;
import static dev.minirt.core.seccomp.Profiles.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.seccomp.FilterSimulator.Call;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.SyscallRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** S1, S3, S5, S6, S7: a compiled filter says about every call what the rules say, read one by one. */
class FilterEquivalenceTest {
    private static final long SEED = 20260731;

    @ParameterizedTest
    @CsvSource({
        "docker20, X86_64",
        "podman43, X86_64",
        "podman54, X86_64",
        "docker20, AARCH64",
        "podman43, AARCH64",
        "podman54, RISCV64",
        "docker20, S390X",
        "podman54, PPC64LE",
        "podman43, LOONGARCH64"
    })
    void engineProfiles(String engine, SyscallAbi nativeAbi) {
        Seccomp seccomp = Profiles.engine(engine);
        assertEquivalent(withCompat(seccomp), nativeAbi);
        assertEquivalent(seccomp, nativeAbi);
    }

    /** Adds arm and s390, which engines list on machines of that kind. */
    private static Seccomp withCompat(Seccomp seccomp) {
        List<SeccompArchitecture> architectures = new ArrayList<>(seccomp.architectures());
        architectures.add(SeccompArchitecture.ARM);
        architectures.add(SeccompArchitecture.S390);
        return profile(
                seccomp.defaultAction(),
                seccomp.defaultErrnoRet(),
                architectures,
                seccomp.syscalls().toArray(new SyscallRule[0]));
    }

    @ParameterizedTest
    @EnumSource(SyscallAbi.class)
    void everyInterfaceAsNativeOne(SyscallAbi abi) {
        assertEquivalent(
                profile(
                        SeccompAction.ERRNO,
                        OptionalInt.empty(),
                        List.of(SeccompArchitecture.values()),
                        rule(SeccompAction.ALLOW, "read"),
                        rule(SeccompAction.ALLOW, "connect"),
                        rule(SeccompAction.LOG, "write", arg(1, SeccompOperator.GT, 0x1_2345_6789L)),
                        rule(SeccompAction.ALLOW, "personality", arg(0, SeccompOperator.EQ, 0xffffffffL))),
                abi);
    }

    @ParameterizedTest
    @EnumSource(SeccompOperator.class)
    void everyOperatorAroundEveryBoundary(SeccompOperator operator) {
        for (long value :
                new long[] {0, 1, 0x7fffffffL, 0xffffffffL, 0x1_0000_0000L, 0x1_0000_0001L, Long.MIN_VALUE, -1}) {
            for (long second : new long[] {0, 1, -1}) {
                SeccompArg condition = new SeccompArg(3, value, second, operator);
                for (SyscallAbi abi : List.of(SyscallAbi.X86_64, SyscallAbi.X86, SyscallAbi.S390X)) {
                    int read = SyscallTable.of(abi).number("read").orElseThrow();
                    IntPredicate around = number -> Math.abs(number - read) <= 1;
                    assertEquivalent(
                            profile(SeccompAction.TRAP, rule(SeccompAction.ALLOW, "read", condition)), abi, around);
                    assertEquivalent(profile(SeccompAction.ALLOW, errno(99, "read", condition)), abi, around);
                }
            }
        }
    }

    @Test
    void randomProfiles() {
        Random random = new Random(SEED);
        List<SyscallAbi> natives = List.of(
                SyscallAbi.X86_64,
                SyscallAbi.X86_64,
                SyscallAbi.AARCH64,
                SyscallAbi.S390X,
                SyscallAbi.MIPS64,
                SyscallAbi.PPC64,
                SyscallAbi.RISCV64);
        for (int i = 0; i < 120; i++) {
            SyscallAbi abi = natives.get(random.nextInt(natives.size()));
            assertEquivalent(random(random, abi), abi);
        }
    }

    /** Long profiles need long jumps: a rule for most numbers, all different, some with many conditions. */
    @Test
    void profilesThatNeedLongJumps() {
        Random random = new Random(SEED);
        for (int round = 0; round < 4; round++) {
            List<SyscallRule> rules = new ArrayList<>();
            for (String name : ReferenceEvaluator.names(SyscallAbi.X86_64).values()) {
                int conditions = random.nextInt(12) == 0 ? 8 : 0;
                rules.add(errno(random.nextInt(2 + 40 * round), name, arg(0, SeccompOperator.EQ, random.nextInt())));
                for (int i = 0; i < conditions; i++) {
                    rules.add(errno(
                            random.nextInt(4000), name, arg(random.nextInt(6), SeccompOperator.LT, random.nextLong())));
                }
            }
            Seccomp seccomp = profile(SeccompAction.ALLOW, rules.toArray(new SyscallRule[0]));
            assertEquivalent(seccomp, SyscallAbi.X86_64);
            assertThat(SeccompCompiler.compile(seccomp, SyscallAbi.X86_64)
                            .program()
                            .instructions())
                    .hasSizeGreaterThan(2000)
                    .anyMatch(instruction -> instruction.code() == SockFilter.JUMP);
        }
    }

    /** Guards the layout: what every program does all the time must be decided soon. */
    @Test
    void commonCallsAreDecidedInFewInstructions() {
        SeccompFilter filter = SeccompCompiler.compile(Profiles.engine("docker20"), SyscallAbi.X86_64);
        SyscallTable table = SyscallTable.of(SyscallAbi.X86_64);
        for (String name : List.of("read", "write", "futex", "epoll_wait", "mmap", "openat", "close", "recvmsg")) {
            Call call = Calls.call(SyscallAbi.X86_64, table.number(name).orElseThrow());
            var outcome = FilterSimulator.run(filter.program().instructions(), call, SyscallAbi.X86_64.byteOrder());
            assertThat(outcome.value()).isEqualTo(0x7fff0000);
            assertThat(outcome.steps()).as(name).isLessThanOrEqualTo(12);
        }
    }

    private static Seccomp random(Random random, SyscallAbi abi) {
        SeccompAction[] actions = SeccompAction.values();
        List<String> names = new ArrayList<>(ReferenceEvaluator.names(abi).values());
        names.addAll(List.of(
                "socketcall",
                "ipc",
                "socket",
                "connect",
                "semop",
                "shmat",
                "send",
                "no_such_call",
                "arm_sync_file_range",
                "set_tls"));
        List<String> few = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            few.add(names.get(random.nextInt(names.size())));
        }
        List<SyscallRule> rules = new ArrayList<>();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            List<String> own = new ArrayList<>();
            for (int j = random.nextInt(4); j >= 0; j--) {
                own.add((random.nextBoolean() ? few : names)
                        .get(random.nextInt(random.nextBoolean() ? few.size() : 12)));
            }
            List<SeccompArg> args = new ArrayList<>();
            for (int j = random.nextInt(5) - 2; j > 0; j--) {
                args.add(randomArg(random));
            }
            SeccompAction action = actions[random.nextInt(actions.length)];
            OptionalInt errno = action == SeccompAction.ERRNO || action == SeccompAction.TRACE
                    ? OptionalInt.of(random.nextInt(3))
                    : OptionalInt.empty();
            rules.add(new SyscallRule(own, action == SeccompAction.NOTIFY ? SeccompAction.LOG : action, errno, args));
        }
        SeccompAction defaultAction = actions[random.nextInt(actions.length)];
        List<SeccompArchitecture> architectures = new ArrayList<>();
        for (SeccompArchitecture architecture : SeccompArchitecture.values()) {
            if (random.nextBoolean()) {
                architectures.add(architecture);
            }
        }
        return profile(
                defaultAction == SeccompAction.NOTIFY ? SeccompAction.ERRNO : defaultAction,
                OptionalInt.empty(),
                architectures,
                rules.toArray(new SyscallRule[0]));
    }

    private static SeccompArg randomArg(Random random) {
        SeccompOperator[] operators = SeccompOperator.values();
        long[] values = {
            0, 1, 2, 16, 40, -1, 0xffffffffL, 0x1_0000_0000L, random.nextLong(), random.nextInt(), 0x7e020000
        };
        return new SeccompArg(
                random.nextInt(6),
                values[random.nextInt(values.length)],
                values[random.nextInt(values.length)],
                operators[random.nextInt(operators.length)]);
    }

    private static void assertEquivalent(Seccomp seccomp, SyscallAbi nativeAbi) {
        assertEquivalent(seccomp, nativeAbi, number -> true);
    }

    private static void assertEquivalent(Seccomp seccomp, SyscallAbi nativeAbi, IntPredicate numbers) {
        SeccompFilter filter = SeccompCompiler.compile(seccomp, nativeAbi);
        List<SockFilter> program = filter.program().instructions();
        ReferenceEvaluator reference = new ReferenceEvaluator(seccomp, nativeAbi);
        Random random = new Random(SEED);
        for (SyscallAbi abi : SyscallAbi.values()) {
            if (!nativeAbi.mayMeet(abi)) {
                continue;
            }
            for (int number : Calls.numbers(abi)) {
                if (!numbers.test(number)) {
                    continue;
                }
                SyscallAbi named = abi == SyscallAbi.X86_64 && Integer.compareUnsigned(number, SyscallAbi.X32_BIT) >= 0
                        ? SyscallAbi.X32
                        : abi;
                String names = ReferenceEvaluator.names(named).getOrDefault(number, "");
                for (long[] args : Calls.arguments(seccomp, names, random)) {
                    Call call = Calls.call(abi, number, args);
                    int expected = reference.evaluate(call);
                    int actual = FilterSimulator.run(program, call, nativeAbi.byteOrder())
                            .value();
                    if (actual != expected) {
                        throw new AssertionError(String.format(
                                "%s %s (%s) %s: 0x%x instead of 0x%x%n%s%n%s",
                                abi,
                                number,
                                names,
                                Arrays.toString(args),
                                actual,
                                expected,
                                seccomp,
                                String.join("\n", Disassembler.disassemble(filter))));
                    }
                }
            }
        }
        Call foreign = new Call(0x1234, 0, 0, new long[6]);
        assertThat(FilterSimulator.run(program, foreign, nativeAbi.byteOrder()).value())
                .isZero();
    }
}
