package dev.minirt.core.seccomp;

import static dev.minirt.core.seccomp.Profiles.profile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minirt.core.KernelProbe;
import dev.minirt.core.seccomp.FilterSimulator.Call;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.SyscallRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * S1, S3, S5, S6: filters decide as those that runc and crun make through libseccomp, for profiles on whose meaning {@link AbiPolicy} does not differ on purpose. The default is ALLOW or
 * ENOSYS: libseccomp knows nothing of S7.
 */
class LibseccompComparisonTest {
    private static final SyscallAbi NATIVE = SyscallAbi.X86_64;

    /** Of newer calls the tables of an older libseccomp know the numbers on some interfaces only. */
    private static final int NEWEST = 450;

    @TempDir
    private Path directory;

    private Optional<KernelProbe> probe = Optional.empty();

    private record Compiled(Set<String> skipped, List<SockFilter> program) {}

    @BeforeEach
    void compileProbe() throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/include/seccomp.h")), "libseccomp-dev is not installed");
        assumeTrue(
                SyscallAbi.ofMachine(System.getProperty("os.arch", "")).equals(Optional.of(NATIVE)),
                "the machine is not x86_64");
        probe = Optional.of(
                KernelProbe.compile(LibseccompComparisonTest.class, "libseccomp-probe.c", directory, "-lseccomp"));
    }

    @Test
    void engineProfiles() throws IOException {
        for (String engine : List.of("docker20", "podman43", "podman54")) {
            Seccomp seccomp = Profiles.engine(engine);
            assertSame(profile(
                    SeccompAction.ERRNO,
                    OptionalInt.of(38),
                    seccomp.architectures(),
                    seccomp.syscalls().toArray(new SyscallRule[0])));
            assertSame(profile(
                    SeccompAction.ERRNO,
                    OptionalInt.of(38),
                    List.of(),
                    seccomp.syscalls().toArray(new SyscallRule[0])));
        }
    }

    @Test
    void randomProfiles() throws IOException {
        Random random = new Random(20260731);
        for (int i = 0; i < 60; i++) {
            assertSame(random(random));
        }
    }

    private static Seccomp random(Random random) {
        boolean allows = random.nextBoolean();
        List<String> names = new ArrayList<>(ReferenceEvaluator.names(NATIVE).values());
        names.removeIf(name -> Multiplexer.call(name) != null);
        List<SyscallRule> rules = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String name = names.get(random.nextInt(names.size()));
            names.remove(name);
            SeccompAction action = allows ? SeccompAction.ERRNO : SeccompAction.ALLOW;
            // Of several rules with several conditions each libseccomp 2.5.4 makes filters that allow what no rule
            // allows.
            boolean several = random.nextInt(4) == 0;
            for (int j = several ? 5 : 0; j >= 0; j--) {
                List<SeccompArg> args = new ArrayList<>();
                for (int index = 0; index < 6; index++) {
                    if (several ? index == 2 : random.nextInt(4) == 0) {
                        long[] values = {0, 1, 16, 0xffffffffL, 0x1_0000_0000L, random.nextInt(), random.nextLong()};
                        SeccompOperator operator =
                                several ? SeccompOperator.EQ : SeccompOperator.values()[random.nextInt(7)];
                        args.add(new SeccompArg(index, values[random.nextInt(7)], values[random.nextInt(7)], operator));
                    }
                }
                rules.add(
                        new SyscallRule(List.of(name), action, allows ? OptionalInt.of(9) : OptionalInt.empty(), args));
            }
        }
        List<SeccompArchitecture> architectures = new ArrayList<>();
        for (SeccompArchitecture architecture : List.of(SeccompArchitecture.X86, SeccompArchitecture.X32)) {
            if (random.nextBoolean()) {
                architectures.add(architecture);
            }
        }
        return profile(
                allows ? SeccompAction.ALLOW : SeccompAction.ERRNO,
                allows ? OptionalInt.empty() : OptionalInt.of(38),
                architectures,
                rules.toArray(new SyscallRule[0]));
    }

    private void assertSame(Seccomp seccomp) throws IOException {
        Compiled theirs = libseccomp(seccomp);
        Seccomp known = without(seccomp, theirs.skipped());
        List<SockFilter> ours = SeccompCompiler.compile(known, NATIVE).program().instructions();
        Random random = new Random(1);
        for (SyscallAbi abi : List.of(SyscallAbi.X86_64, SyscallAbi.X86, SyscallAbi.AARCH64)) {
            for (int number : Calls.numbers(abi)) {
                if ((number & ~SyscallAbi.X32_BIT) > NEWEST) {
                    continue;
                }
                SyscallAbi named = abi == SyscallAbi.X86_64 && number >= SyscallAbi.X32_BIT ? SyscallAbi.X32 : abi;
                String names = ReferenceEvaluator.names(named).getOrDefault(number, "");
                for (long[] args : Calls.arguments(known, names, random)) {
                    Call call = Calls.call(abi, number, args);
                    int our = FilterSimulator.run(ours, call, ByteOrder.LITTLE_ENDIAN)
                            .value();
                    int their = FilterSimulator.run(theirs.program(), call, ByteOrder.LITTLE_ENDIAN)
                            .value();
                    if (our != their) {
                        throw new AssertionError(String.format(
                                "%s %d (%s) %s: 0x%x, libseccomp 0x%x%n%s",
                                abi,
                                number,
                                names,
                                Arrays.toString(args),
                                our,
                                their,
                                seccomp.syscalls().stream()
                                        .filter(rule -> rule.names().contains(names))
                                        .toList()));
                    }
                }
            }
        }
    }

    private static Seccomp without(Seccomp seccomp, Set<String> skipped) {
        List<SyscallRule> rules = new ArrayList<>();
        for (SyscallRule rule : seccomp.syscalls()) {
            List<String> names = rule.names().stream()
                    .filter(name -> !skipped.contains(name))
                    .toList();
            if (!names.isEmpty()) {
                rules.add(new SyscallRule(names, rule.action(), rule.errnoRet(), rule.args()));
            }
        }
        return profile(
                seccomp.defaultAction(),
                seccomp.defaultErrnoRet(),
                seccomp.architectures(),
                rules.toArray(new SyscallRule[0]));
    }

    private Compiled libseccomp(Seccomp seccomp) throws IOException {
        StringBuilder input = new StringBuilder();
        input.append(String.format(
                "default %x%n", ReferenceEvaluator.value(seccomp.defaultAction(), seccomp.defaultErrnoRet())));
        for (SeccompArchitecture architecture : seccomp.architectures()) {
            SyscallAbi abi = SyscallAbi.of(architecture);
            input.append("arch ")
                    .append(abi == SyscallAbi.X32 ? "x32" : Integer.toHexString(abi.auditArch()))
                    .append('\n');
        }
        for (SyscallRule rule : seccomp.syscalls()) {
            for (String name : rule.names()) {
                input.append(
                        String.format("rule %x %s", ReferenceEvaluator.value(rule.action(), rule.errnoRet()), name));
                for (SeccompArg arg : rule.args()) {
                    // enum scmp_compare starts with NE at 1, in the order of the specification.
                    input.append(String.format(
                            " %x %x %x %x", arg.index(), arg.op().ordinal() + 1, arg.value(), arg.valueTwo()));
                }
                input.append('\n');
            }
        }
        List<String> lines = probe.orElseThrow().ask(input.toString().getBytes(StandardCharsets.UTF_8));
        Set<String> skipped = new HashSet<>();
        for (String line : lines.subList(0, lines.size() - 2)) {
            assertThat(line).startsWith("skipped ");
            skipped.add(line.substring("skipped ".length()));
        }
        ByteBuffer bytes =
                ByteBuffer.wrap(HexFormat.of().parseHex(lines.getLast())).order(ByteOrder.nativeOrder());
        List<SockFilter> program = new ArrayList<>();
        while (bytes.hasRemaining()) {
            program.add(
                    new SockFilter(bytes.getShort() & 0xffff, bytes.get() & 0xff, bytes.get() & 0xff, bytes.getInt()));
        }
        return new Compiled(skipped, program);
    }
}
