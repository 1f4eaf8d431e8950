package dev.minirt.core.seccomp;

import dev.minirt.core.seccomp.Profile.Rule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a profile means for one system call interface: a decision for every number.
 *
 * <p>The specification leaves open what several rules for one call mean. These are the answers; they are libseccomp's and runc's, except where said:
 *
 * <ul>
 *   <li>A rule whose return value is the default's counts for nothing (but see the last point).
 *   <li>The first rule without conditions that names the call decides, and rules with conditions for the same call then count for nothing, whatever their order.
 *   <li>Otherwise the first rule in the order of the document whose conditions hold decides. (libseccomp sorts by argument and value instead, and refuses equal conditions with
 *       different actions. As long as conditions of rules with different actions do not overlap, which is so in every profile known, there is no difference.)
 *   <li>Conditions of one rule hold together; but if two of them are about the same argument, each of the rule's conditions stands alone.
 *   <li>Of an interface with 32-bit arguments only the lower halves of arguments and values count.
 *   <li>On interfaces with {@code socketcall} and {@code ipc} a rule for {@code connect} or {@code semop} also is one for the {@code socketcall} or {@code ipc} that does the same,
 *       unless a rule for {@code socketcall} or {@code ipc} itself applies. Their arguments are in memory, where no filter can look: if the rules for a call have conditions, the
 *       strictest of their return values and the default's holds for the multiplexed call. (libseccomp drops or misplaces such conditions.)
 *   <li>If the default is one of KILL, TRAP and ERRNO, calls with numbers above the largest that any rule names get ENOSYS: they are newer than the profile, and a C library that is
 *       told EPERM does not fall back to an older call (S7). The private calls of arm (0xf0000 and up) are not new, and not counted; on s390 so is number 0, to which the kernel maps
 *       what it does not know.
 * </ul>
 */
final class AbiPolicy {
    private static final Decision NOT_IMPLEMENTED = Decision.always(ReturnValue.ERRNO | ReturnValue.ENOSYS);

    /** Where the private calls of arm start, {@code __ARM_NR_BASE}. */
    private static final int ARM_PRIVATE = 0xf0000;

    private final SyscallAbi abi;
    private final SyscallTable table;
    private final int otherwise;
    private final Map<Integer, NumberRules> rules = new HashMap<>();
    /** The largest number that a rule names. */
    private int newest;

    private AbiPolicy(SyscallAbi abi, SyscallTable table, int otherwise) {
        this.abi = abi;
        this.table = table;
        this.otherwise = otherwise;
    }

    /**
     * Applies a profile to an interface.
     *
     * @param unknown loses the names that the interface knows
     */
    static AbiPolicy of(Profile profile, SyscallAbi abi, SyscallTable table, Set<String> unknown) {
        AbiPolicy policy = new AbiPolicy(abi, table, profile.otherwise());
        OptionalInt socketcall = table.number(Multiplexer.SOCKETCALL.syscall());
        OptionalInt ipc = table.number(Multiplexer.IPC.syscall());
        for (Rule rule : profile.rules()) {
            for (String name : rule.names()) {
                boolean known = policy.add(rule, name);
                if (socketcall.isPresent() || ipc.isPresent()) {
                    known |= policy.addThrough(rule, name);
                }
                if (known) {
                    unknown.remove(name);
                }
            }
        }
        return policy;
    }

    private boolean add(Rule rule, String name) {
        OptionalInt number = table.number(name);
        if (number.isEmpty()) {
            return false;
        }
        if (abi != SyscallAbi.ARM || number.getAsInt() < ARM_PRIVATE) {
            newest = Math.max(newest, number.getAsInt());
        }
        if (rule.value() != otherwise) {
            rulesFor(number.getAsInt()).add(rule, abi);
        }
        return true;
    }

    private boolean addThrough(Rule rule, String name) {
        Multiplexer.Call call = Multiplexer.call(name);
        if (call == null) {
            return false;
        }
        OptionalInt number = table.number(call.through().syscall());
        if (number.isPresent() && rule.value() != otherwise) {
            rulesFor(number.getAsInt()).through(call).add(rule, abi);
        }
        return number.isPresent();
    }

    private NumberRules rulesFor(int number) {
        NumberRules known = rules.get(number);
        if (known == null) {
            known = new NumberRules();
            rules.put(number, known);
        }
        return known;
    }

    /** The interface's part of the numbers, as ranges of equal decisions. */
    Ranges ranges() {
        // As in runc, a profile that names nothing, or only number 0, does not tell what is new.
        boolean knowsNew = !ReturnValue.lets(otherwise) && newest > 0;
        Gaps gaps = new Gaps(knowsNew ? newest + 1L : endOfNew(), endOfNew(), Decision.always(otherwise));
        Ranges ranges = new Ranges();
        long at = firstNumber();
        if (knowsNew && (abi == SyscallAbi.S390 || abi == SyscallAbi.S390X)) {
            ranges.add(0, NOT_IMPLEMENTED);
            rules.remove(0);
            at = 1;
        }
        for (int number : sortedNumbers()) {
            gaps.add(ranges, at, number);
            ranges.add(number, rulesFor(number).decide(otherwise));
            at = number + 1L;
        }
        gaps.add(ranges, at, endOfNumbers());
        return ranges;
    }

    private int[] sortedNumbers() {
        int[] numbers = new int[rules.size()];
        int count = 0;
        for (Integer number : rules.keySet()) {
            numbers[count++] = number;
        }
        Arrays.sort(numbers);
        return numbers;
    }

    private long firstNumber() {
        return abi == SyscallAbi.X32 ? SyscallAbi.X32_BIT : 0;
    }

    private long endOfNumbers() {
        return abi == SyscallAbi.X86_64 ? SyscallAbi.X32_BIT : 1L << 32;
    }

    private long endOfNew() {
        return abi == SyscallAbi.ARM ? ARM_PRIVATE : endOfNumbers();
    }

    /**
     * The numbers without rules.
     *
     * @param newStart the first number that is new
     * @param newEnd the first above it that is not; the same if none is new
     */
    private record Gaps(long newStart, long newEnd, Decision otherwise) {
        void add(Ranges ranges, long start, long end) {
            addPart(ranges, start, Math.min(end, newStart), otherwise);
            addPart(ranges, Math.max(start, newStart), Math.min(end, newEnd), NOT_IMPLEMENTED);
            addPart(ranges, Math.max(start, newEnd), end, otherwise);
        }

        private static void addPart(Ranges ranges, long start, long end, Decision decision) {
            if (start < end) {
                ranges.add(start, decision);
            }
        }
    }
}
