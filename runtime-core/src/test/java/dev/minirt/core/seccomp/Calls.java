package dev.minirt.core.seccomp;

import dev.minirt.core.seccomp.FilterSimulator.Call;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SyscallRule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The calls by which a filter is compared with its profile. */
final class Calls {
    private static final long JUNK = 0xdeadbeef00000000L;

    private Calls() {}

    /** Every number that could matter on any interface: all that exist, those around and between, and the edges of the number space. */
    static Set<Integer> numbers(SyscallAbi abi) {
        Set<Integer> numbers = new LinkedHashSet<>();
        for (int start : List.of(0, SyscallAbi.X32_BIT)) {
            for (int i = 0; i <= 600; i++) {
                numbers.add(start + i);
            }
        }
        for (int number : ReferenceEvaluator.names(abi).keySet()) {
            numbers.addAll(List.of(number - 1, number, number + 1));
        }
        numbers.addAll(List.of(0xeffff, 0xf0000, 0xf0005, 0x3fffffff, 0x7fffffff, 0x80000000, 0xfffffffe, -1));
        return numbers;
    }

    /** Lists of six arguments that lie on, below and above everything that the rules for a call compare with, also with bits set that a 32-bit interface ignores. */
    static List<long[]> arguments(Seccomp seccomp, String names, RandomGenerator random) {
        Set<Long> values = new TreeSet<>(Set.of(0L, 1L, -1L, 0x1_0000_0000L));
        List<String> own = List.of(names.split("/", -1));
        boolean conditions = own.contains("socketcall") || own.contains("ipc");
        for (SyscallRule rule : seccomp.syscalls()) {
            if (rule.names().stream().anyMatch(own::contains)) {
                for (SeccompArg arg : rule.args()) {
                    conditions = true;
                    addAround(values, arg.value());
                    addAround(values, arg.valueTwo());
                    values.add(~arg.value());
                    values.add((arg.valueTwo() & arg.value()) | ~arg.value());
                    values.add(arg.valueTwo() & arg.value());
                }
            }
        }
        List<long[]> lists = new ArrayList<>();
        if (!conditions) {
            lists.add(new long[6]);
            return lists;
        }
        for (long call = 0; call < 28; call++) {
            values.add(call);
            values.add(call | 0x10000);
        }
        List<Long> choices = List.copyOf(values);
        for (long value : choices) {
            for (int argument = 0; argument < 6; argument++) {
                long[] list = new long[6];
                for (int i = 0; i < 6; i++) {
                    list[i] = choices.get(random.nextInt(choices.size()));
                }
                list[argument] = value;
                lists.add(list);
            }
        }
        return lists;
    }

    private static void addAround(Set<Long> values, long value) {
        values.addAll(List.of(value, value - 1, value + 1, value ^ JUNK, value ^ 0x1_0000_0000L, value & 0xffffffffL));
    }

    static Call call(SyscallAbi abi, int number, long... args) {
        return new Call(abi.auditArch(), number, 0x7fff_1234_5678L, args);
    }
}
