package dev.minirt.core.seccomp;

import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.SyscallRule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a call by going through the rules from the first to the last, with no thought of speed, and none of the compiler's code but the tables of numbers: what the filter
 * must come to.
 */
final class ReferenceEvaluator {
    private static final int KILL = 0;
    private static final int ENOSYS = 0x00050000 | 38;

    private static final List<String> SOCKETCALLS = List.of(
            "socket",
            "bind",
            "connect",
            "listen",
            "accept",
            "getsockname",
            "getpeername",
            "socketpair",
            "send",
            "recv",
            "sendto",
            "recvfrom",
            "shutdown",
            "setsockopt",
            "getsockopt",
            "sendmsg",
            "recvmsg",
            "accept4",
            "recvmmsg",
            "sendmmsg");
    private static final Map<Integer, String> IPCS = Map.ofEntries(
            Map.entry(1, "semop"),
            Map.entry(2, "semget"),
            Map.entry(3, "semctl"),
            Map.entry(4, "semtimedop"),
            Map.entry(11, "msgsnd"),
            Map.entry(12, "msgrcv"),
            Map.entry(13, "msgget"),
            Map.entry(14, "msgctl"),
            Map.entry(21, "shmat"),
            Map.entry(22, "shmdt"),
            Map.entry(23, "shmget"),
            Map.entry(24, "shmctl"));

    private static final Map<SyscallAbi, SortedMap<Integer, String>> NAMES = new EnumMap<>(SyscallAbi.class);

    private final Seccomp seccomp;
    private final SyscallAbi nativeAbi;
    private final int defaultValue;
    private final Map<List<String>, List<SyscallRule>> relevant = new HashMap<>();
    private final Map<SyscallAbi, Integer> largest = new EnumMap<>(SyscallAbi.class);

    ReferenceEvaluator(Seccomp seccomp, SyscallAbi nativeAbi) {
        this.seccomp = seccomp;
        this.nativeAbi = nativeAbi;
        this.defaultValue = value(seccomp.defaultAction(), seccomp.defaultErrnoRet());
    }

    static SortedMap<Integer, String> names(SyscallAbi abi) {
        return NAMES.computeIfAbsent(abi, key -> SyscallTable.of(key).names());
    }

    int evaluate(FilterSimulator.Call call) {
        SyscallAbi abi = abi(call);
        if (abi == null) {
            return KILL;
        }
        if (call.arch() == 0xC000003E && call.number() == -1 && abi == SyscallAbi.X86_64) {
            return defaultValue;
        }
        List<String> own = List.of(names(abi).getOrDefault(call.number(), "").split("/", -1));
        if (isNew(abi, call.number())) {
            return ENOSYS;
        }
        OptionalInt decided = firstMatch(own, abi, call, true);
        if (decided.isEmpty() && own.contains("socketcall")) {
            int which = (int) call.args()[0];
            decided = through(which >= 1 && which <= 20 ? SOCKETCALLS.get(which - 1) : "", abi, call);
        }
        if (decided.isEmpty() && own.contains("ipc")) {
            decided = through(IPCS.getOrDefault((int) call.args()[0] & 0xffff, ""), abi, call);
        }
        return decided.orElse(defaultValue);
    }

    private OptionalInt through(String name, SyscallAbi abi, FilterSimulator.Call call) {
        OptionalInt unconditional = firstMatch(List.of(name), abi, call, false);
        if (unconditional.isPresent()) {
            return unconditional;
        }
        // Nobody can see the arguments: the worst that could apply does.
        List<Integer> severity =
                List.of(0x80000000, 0, 0x00030000, 0x00050000, 0x7fc00000, 0x7ff00000, 0x7ffc0000, 0x7fff0000);
        int worst = defaultValue;
        for (SyscallRule rule : seccomp.syscalls()) {
            int value = value(rule.action(), rule.errnoRet());
            if (rule.names().contains(name)
                    && severity.indexOf(value & 0xffff0000) < severity.indexOf(worst & 0xffff0000)) {
                worst = value;
            }
        }
        return OptionalInt.of(worst);
    }

    private OptionalInt firstMatch(List<String> names, SyscallAbi abi, FilterSimulator.Call call, boolean conditions) {
        List<SyscallRule> rules = rules(names);
        for (SyscallRule rule : rules) {
            if (isUnconditional(rule, abi)) {
                return OptionalInt.of(value(rule.action(), rule.errnoRet()));
            }
        }
        for (SyscallRule rule : rules) {
            if (conditions && matches(rule, abi, call)) {
                return OptionalInt.of(value(rule.action(), rule.errnoRet()));
            }
        }
        return OptionalInt.empty();
    }

    private List<SyscallRule> rules(List<String> names) {
        return relevant.computeIfAbsent(
                names,
                key -> seccomp.syscalls().stream()
                        .filter(rule -> rule.names().stream().anyMatch(key::contains))
                        .filter(rule -> value(rule.action(), rule.errnoRet()) != defaultValue)
                        .toList());
    }

    private static boolean repeats(SyscallRule rule) {
        return rule.args().stream().map(SeccompArg::index).distinct().count()
                < rule.args().size();
    }

    private static boolean isUnconditional(SyscallRule rule, SyscallAbi abi) {
        if (rule.args().isEmpty()) {
            return true;
        }
        return repeats(rule)
                ? rule.args().stream().anyMatch(arg -> looksAtNothing(arg, abi))
                : rule.args().stream().allMatch(arg -> looksAtNothing(arg, abi));
    }

    private static boolean looksAtNothing(SeccompArg arg, SyscallAbi abi) {
        return arg.op() == SeccompOperator.MASKED_EQ && (arg.value() & width(abi)) == 0;
    }

    private static boolean matches(SyscallRule rule, SyscallAbi abi, FilterSimulator.Call call) {
        return repeats(rule)
                ? rule.args().stream().anyMatch(arg -> matches(arg, abi, call))
                : rule.args().stream().allMatch(arg -> matches(arg, abi, call));
    }

    private static boolean matches(SeccompArg arg, SyscallAbi abi, FilterSimulator.Call call) {
        long actual = call.args()[arg.index()] & width(abi);
        long value = arg.value() & width(abi);
        int order = Long.compareUnsigned(actual, value);
        return switch (arg.op()) {
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case EQ -> order == 0;
            case GE -> order >= 0;
            case GT -> order > 0;
            case MASKED_EQ -> (actual & value) == (arg.valueTwo() & value);
        };
    }

    private static long width(SyscallAbi abi) {
        return abi.argumentBits() == 32 ? 0xffffffffL : -1L;
    }

    private boolean isNew(SyscallAbi abi, int number) {
        if (Set.of(SeccompAction.ALLOW, SeccompAction.LOG, SeccompAction.TRACE).contains(seccomp.defaultAction())) {
            return false;
        }
        int largest = largest(abi);
        if (largest == 0) {
            return false;
        }
        if ((abi == SyscallAbi.S390 || abi == SyscallAbi.S390X) && number == 0) {
            return true;
        }
        return Integer.compareUnsigned(number, largest) > 0
                && (abi != SyscallAbi.ARM || Integer.compareUnsigned(number, 0xf0000) < 0);
    }

    private int largest(SyscallAbi abi) {
        Integer cached = largest.get(abi);
        if (cached != null) {
            return cached;
        }
        int found = 0;
        for (Map.Entry<Integer, String> known : names(abi).entrySet()) {
            boolean isPrivate = abi == SyscallAbi.ARM && known.getKey() >= 0xf0000;
            for (String name : known.getValue().split("/", -1)) {
                if (!isPrivate
                        && seccomp.syscalls().stream()
                                .anyMatch(rule -> rule.names().contains(name))) {
                    found = known.getKey();
                }
            }
        }
        largest.put(abi, found);
        return found;
    }

    private @Nullable SyscallAbi abi(FilterSimulator.Call call) {
        List<SyscallAbi> covered = new ArrayList<>(List.of(nativeAbi));
        for (SeccompArchitecture architecture : seccomp.architectures()) {
            covered.add(SyscallAbi.valueOf(architecture.name()));
        }
        for (SyscallAbi abi : covered) {
            if (abi.auditArch() == call.arch() && nativeAbi.mayMeet(abi)) {
                if (call.arch() != 0xC000003E) {
                    return abi;
                }
                boolean x32 = Integer.compareUnsigned(call.number(), 0x40000000) >= 0;
                if (!x32 || (call.number() == -1 && !covered.contains(SyscallAbi.X32))) {
                    return covered.contains(SyscallAbi.X86_64) ? SyscallAbi.X86_64 : null;
                }
                return covered.contains(SyscallAbi.X32) ? SyscallAbi.X32 : null;
            }
        }
        return null;
    }

    static int value(SeccompAction action, OptionalInt errno) {
        return switch (action) {
            case KILL, KILL_THREAD -> 0;
            case KILL_PROCESS -> 0x80000000;
            case TRAP -> 0x00030000;
            case ERRNO -> 0x00050000 | errno.orElse(1);
            case TRACE -> 0x7ff00000 | errno.orElse(1);
            case LOG -> 0x7ffc0000;
            case ALLOW -> 0x7fff0000;
            case NOTIFY -> 0x7fc00000;
        };
    }
}
