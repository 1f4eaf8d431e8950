package dev.minirt.core.seccomp;

import static dev.minirt.core.seccomp.Profiles.arg;
import static dev.minirt.core.seccomp.Profiles.errno;
import static dev.minirt.core.seccomp.Profiles.masked;
import static dev.minirt.core.seccomp.Profiles.profile;
import static dev.minirt.core.seccomp.Profiles.rule;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S1 to S7 on the real kernel: it takes the filters, and treats calls as the simulator says. The calls are such that do nothing, whether they are let through or not. */
class FilterKernelTest {
    private static final long COMPAT = 1L << 62;
    private static final long JUNK = 0xabcd_0000_0000L;

    @TempDir
    private Path directory;

    private SyscallAbi nativeAbi = SyscallAbi.X86_64;
    private @Nullable KernelProbe probe;
    private List<Issued> calls = List.of();
    private List<String> unfiltered = List.of();

    /** A call as the probe issues it, and as a filter sees it. */
    private record Issued(String name, long probeNumber, Call call) {}

    @BeforeEach
    void compileProbe() throws IOException {
        String machine = System.getProperty("os.arch", "");
        assumeTrue(SyscallAbi.ofMachine(machine).isPresent(), "no system call table for " + machine);
        nativeAbi = SyscallAbi.ofMachine(machine).orElseThrow();
        probe = KernelProbe.compile(FilterKernelTest.class, "seccomp-probe.c", directory);
        List<Issued> candidates = calls(nativeAbi);
        unfiltered = ask(0, new byte[0], candidates);
        // A kernel without the 32-bit interface answers with a signal; then there is nothing to filter.
        boolean compat = unfiltered.get(candidates.size() - 1).startsWith("errno");
        calls = compat
                ? candidates
                : candidates.stream()
                        .filter(call -> (call.probeNumber() & COMPAT) == 0)
                        .toList();
        unfiltered = unfiltered.subList(0, calls.size());
        assertThat(unfiltered).noneMatch(line -> line.startsWith("signal") || line.startsWith("status"));
    }

    @Test
    void engineProfiles() throws IOException {
        for (String engine : List.of("docker20", "podman43", "podman54")) {
            assertSameAsSimulated(Profiles.engine(engine));
        }
    }

    @Test
    void everyAction() throws IOException {
        for (SeccompAction action : SeccompAction.values()) {
            if (action != SeccompAction.NOTIFY) {
                assertSameAsSimulated(profile(
                        SeccompAction.ALLOW,
                        OptionalInt.empty(),
                        List.of(SeccompArchitecture.X86, SeccompArchitecture.X32),
                        rule(action, "getppid"),
                        rule(action, "connect")));
                assertSameAsSimulated(profile(action, rule(SeccompAction.ALLOW, "read"), errno(95, "getuid")));
            }
        }
    }

    @Test
    void everyOperator() throws IOException {
        for (SeccompOperator operator : SeccompOperator.values()) {
            for (long value : new long[] {5, 0x1_0000_0005L, -1}) {
                SeccompArg condition =
                        operator == SeccompOperator.MASKED_EQ ? masked(2, value, value & 0xf) : arg(2, operator, value);
                assertSameAsSimulated(profile(
                        SeccompAction.ALLOW,
                        OptionalInt.empty(),
                        List.of(SeccompArchitecture.X86),
                        errno(77, "read", condition)));
            }
        }
    }

    @Test
    void longestFilter() throws IOException {
        List<SyscallRule> rules = new ArrayList<>();
        for (int i = 0; i < 810; i++) {
            rules.add(errno(i % 90 + 1, "read", arg(0, SeccompOperator.EQ, i)));
        }
        rules.add(errno(91, "read", arg(2, SeccompOperator.EQ, 5)));
        Seccomp seccomp = profile(SeccompAction.ALLOW, rules.toArray(new SyscallRule[0]));
        assertThat(SeccompCompiler.compile(seccomp, nativeAbi).program().instructions())
                .hasSizeBetween(3900, BpfProgram.MAXIMUM);
        assertSameAsSimulated(seccomp);
    }

    private void assertSameAsSimulated(Seccomp seccomp) throws IOException {
        SeccompFilter filter = SeccompCompiler.compile(seccomp, nativeAbi);
        List<String> actual = ask(filter.flags(), filter.toBytes(), calls);
        assertThat(actual).hasSameSizeAs(calls);
        for (int i = 0; i < calls.size(); i++) {
            int value = FilterSimulator.run(
                            filter.program().instructions(), calls.get(i).call(), nativeAbi.byteOrder())
                    .value();
            assertThat(actual.get(i))
                    .as("%s under %s", calls.get(i), seccomp.defaultAction())
                    .isEqualTo(expected(value, unfiltered.get(i)));
        }
    }

    private static String expected(int value, String unfiltered) {
        int data = value & 0xffff;
        return switch (value & 0xffff0000) {
            case 0x7fff0000, 0x7ffc0000 -> unfiltered;
            case 0x00050000 -> data == 0 ? "returned 0" : "errno " + data;
            case 0x7ff00000 -> "errno 38";
            default -> "signal 31";
        };
    }

    /** Harmless calls; the last is one of the 32-bit interface, if there is one. */
    private static List<Issued> calls(SyscallAbi abi) {
        List<Issued> calls = new ArrayList<>();
        for (long count :
                new long[] {0, 4, 5, 6, 0xffffffffL, 0x1_0000_0004L, 0x1_0000_0005L, 0x1_0000_0006L, 0x2_0000_0000L, -1
                }) {
            add(calls, abi, "read", -1, 0, count);
        }
        add(calls, abi, "getppid");
        add(calls, abi, "getuid");
        add(calls, abi, "getpgid", 0);
        add(calls, abi, "close", -1);
        add(calls, abi, "dup", -1);
        add(calls, abi, "fcntl", -1, 1);
        add(calls, abi, "ioctl", -1, 0x5412);
        add(calls, abi, "socket", -1, -1, -1);
        add(calls, abi, "socket", -1, -1, 9);
        add(calls, abi, "connect", -1, 0, 0);
        add(calls, abi, "keyctl", -1);
        add(calls, abi, "reboot", 0, 0, 0, 0);
        add(calls, abi, "clone", 0x20200); // CLONE_NEWNS|CLONE_FS, which exclude each other
        add(calls, abi, "clone3", 0, 0);
        add(calls, abi, "personality", 0xffffffffL);
        add(calls, abi, "personality", 8);
        add(calls, abi, "personality", 0x1_0000_0008L);
        add(calls, abi, "ptrace", 16, -1);
        add(calls, abi, "bpf", -1, 0, 0);
        add(calls, abi, "setns", -1, 0);
        add(calls, abi, "unshare", 1);
        add(calls, abi, "openat2", -1, 0, 0, 0);
        add(calls, abi, "mseal", -1, 0, -1);
        addNumber(calls, abi, "far above all", 1000);
        if (abi == SyscallAbi.X86_64) {
            addNumber(calls, abi, "x32 getppid", 0x4000006e);
            addNumber(calls, abi, "x32, far above all", 0x400003e8);
            for (long count : new long[] {4, 5, 6, JUNK | 5}) {
                add(calls, SyscallAbi.X86, "read", -1, 0, count);
            }
            add(calls, SyscallAbi.X86, "getppid");
            add(calls, SyscallAbi.X86, "personality", JUNK | 8);
            add(calls, SyscallAbi.X86, "connect", -1, 0, 0);
            add(calls, SyscallAbi.X86, "socketcall", 3, 0);
            add(calls, SyscallAbi.X86, "socketcall", JUNK | 3, 0);
            add(calls, SyscallAbi.X86, "socketcall", 99, 0);
            add(calls, SyscallAbi.X86, "close", -1);
        }
        return calls;
    }

    private static void add(List<Issued> calls, SyscallAbi abi, String name, long... args) {
        SyscallTable table = SyscallTable.of(abi);
        if (table.number(name).isPresent()) {
            addNumber(calls, abi, name, table.number(name).getAsInt(), args);
        }
    }

    private static void addNumber(List<Issued> calls, SyscallAbi abi, String name, int number, long... args) {
        long[] six = Arrays.copyOf(args, 6);
        boolean compat = abi == SyscallAbi.X86;
        calls.add(new Issued(
                abi.label() + " " + name, number | (compat ? COMPAT : 0), new Call(abi.auditArch(), number, 0, six)));
    }

    private List<String> ask(int flags, byte[] program, List<Issued> issued) throws IOException {
        ByteBuffer input = ByteBuffer.allocate(12 + program.length + 56 * issued.size())
                .order(ByteOrder.nativeOrder())
                .putInt(flags)
                .putInt(program.length / SockFilter.SIZE)
                .put(program)
                .putInt(issued.size());
        for (Issued call : issued) {
            input.putLong(call.probeNumber());
            for (long arg : call.call().args()) {
                input.putLong(arg);
            }
        }
        return Objects.requireNonNull(probe).ask(input.array());
    }
}
