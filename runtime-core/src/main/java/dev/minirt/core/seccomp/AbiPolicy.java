package dev.minirt.core.seccomp;

import dev.minirt.core.seccomp.Decision.Alternative;
import dev.minirt.core.seccomp.Decision.Condition;
import dev.minirt.core.seccomp.Profile.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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
    private static final Decision NOT_IMPLEMENTED = new Decision.Fixed(ReturnValue.ERRNO | ReturnValue.ENOSYS);

    /** Where the private calls of arm start, {@code __ARM_NR_BASE}. */
    private static final int ARM_PRIVATE = 0xf0000;

    private final SyscallAbi abi;
    private final Decision otherwise;
    private final SortedMap<Integer, Decision> decisions;
    /** The first number that is new, and the first above it that is not; equal if none is. */
    private final long newStart;

    private final long newEnd;

    private AbiPolicy(
            SyscallAbi abi, Decision otherwise, SortedMap<Integer, Decision> decisions, long newStart, long newEnd) {
        this.abi = abi;
        this.otherwise = otherwise;
        this.decisions = decisions;
        this.newStart = newStart;
        this.newEnd = newEnd;
    }

    /**
     * Applies a profile to an interface.
     *
     * @param unknown loses the names that the interface knows
     */
    static AbiPolicy of(Profile profile, SyscallAbi abi, SyscallTable table, Set<String> unknown) {
        Gatherer gatherer = new Gatherer(profile.otherwise(), abi, table, unknown);
        for (Rule rule : profile.rules()) {
            gatherer.add(rule);
        }
        return gatherer.finish();
    }

    /** The interface's part of the numbers, as ranges of equal decisions, the first number of each. Neighbours differ. */
    Ranges ranges() {
        Ranges ranges = new Ranges();
        long at = firstNumber(abi);
        for (Map.Entry<Integer, Decision> entry : decisions.entrySet()) {
            addGap(ranges, at, entry.getKey());
            ranges.add(entry.getKey(), entry.getValue());
            at = entry.getKey() + 1L;
        }
        addGap(ranges, at, endOfNumbers(abi));
        return ranges;
    }

    private void addGap(Ranges ranges, long start, long end) {
        addPart(ranges, start, Math.min(end, newStart), otherwise);
        addPart(ranges, Math.max(start, newStart), Math.min(end, newEnd), NOT_IMPLEMENTED);
        addPart(ranges, Math.max(start, newEnd), end, otherwise);
    }

    private static void addPart(Ranges ranges, long start, long end, Decision decision) {
        if (start < end) {
            ranges.add(start, decision);
        }
    }

    static long firstNumber(SyscallAbi abi) {
        return abi == SyscallAbi.X32 ? SyscallAbi.X32_BIT : 0;
    }

    static long endOfNumbers(SyscallAbi abi) {
        return abi == SyscallAbi.X86_64 ? SyscallAbi.X32_BIT : 1L << 32;
    }

    /** The rules for one number, as they come. */
    private static final class Entry {
        final Set<Alternative> alternatives = new LinkedHashSet<>();
        /** The rules for the calls that go through this one. */
        final TreeMap<Multiplexer.Call, Entry> calls = new TreeMap<>();

        OptionalInt unconditional = OptionalInt.empty();

        void add(Rule rule, SyscallAbi abi) {
            if (unconditional.isPresent()) {
                return;
            }
            if (rule.alternatives().isEmpty()) {
                unconditional = OptionalInt.of(rule.value());
            }
            for (List<Condition> conditions : rule.alternatives()) {
                List<Condition> needed = needed(conditions, abi);
                if (needed.isEmpty()) {
                    unconditional = OptionalInt.of(rule.value());
                    return;
                }
                alternatives.add(new Alternative(needed, rule.value()));
            }
        }

        private static List<Condition> needed(List<Condition> conditions, SyscallAbi abi) {
            List<Condition> needed = new ArrayList<>(conditions.size());
            for (Condition condition : conditions) {
                Condition effective = abi.argumentBits() == 32 ? condition.lowerHalf() : condition;
                if (!effective.always()) {
                    needed.add(effective);
                }
            }
            return List.copyOf(needed);
        }
    }

    private static final class Gatherer {
        private final int otherwise;
        private final SyscallAbi abi;
        private final SyscallTable table;
        private final Set<String> unknown;
        private final TreeMap<Integer, Entry> entries = new TreeMap<>();
        private int newest;

        Gatherer(int otherwise, SyscallAbi abi, SyscallTable table, Set<String> unknown) {
            this.otherwise = otherwise;
            this.abi = abi;
            this.table = table;
            this.unknown = unknown;
        }

        void add(Rule rule) {
            for (String name : rule.names()) {
                OptionalInt number = table.number(name);
                if (number.isPresent()) {
                    unknown.remove(name);
                    if (abi != SyscallAbi.ARM || number.getAsInt() < ARM_PRIVATE) {
                        newest = Math.max(newest, number.getAsInt());
                    }
                    if (rule.value() != otherwise) {
                        entry(number.getAsInt()).add(rule, abi);
                    }
                }
                Multiplexer.Call call = Multiplexer.call(name);
                if (call != null) {
                    addThrough(call, rule, name);
                }
            }
        }

        private void addThrough(Multiplexer.Call call, Rule rule, String name) {
            OptionalInt through = table.number(call.through().syscall());
            if (through.isPresent()) {
                unknown.remove(name);
                if (rule.value() != otherwise) {
                    TreeMap<Multiplexer.Call, Entry> calls = entry(through.getAsInt()).calls;
                    calls.computeIfAbsent(call, key -> new Entry()).add(rule, abi);
                }
            }
        }

        private Entry entry(int number) {
            return entries.computeIfAbsent(number, key -> new Entry());
        }

        AbiPolicy finish() {
            TreeMap<Integer, Decision> decisions = new TreeMap<>();
            for (Map.Entry<Integer, Entry> entry : entries.entrySet()) {
                decisions.put(entry.getKey(), decide(entry.getValue()));
            }
            // As in runc, a profile that names nothing, or only number 0, does not tell what is new.
            boolean knowsNew = !ReturnValue.lets(otherwise) && newest > 0;
            if (knowsNew && (abi == SyscallAbi.S390 || abi == SyscallAbi.S390X)) {
                decisions.put(0, NOT_IMPLEMENTED);
            }
            long newEnd = abi == SyscallAbi.ARM ? ARM_PRIVATE : endOfNumbers(abi);
            return new AbiPolicy(
                    abi, new Decision.Fixed(otherwise), decisions, knowsNew ? newest + 1L : newEnd, newEnd);
        }

        private Decision decide(Entry entry) {
            if (entry.unconditional.isPresent()) {
                return new Decision.Fixed(entry.unconditional.getAsInt());
            }
            List<Alternative> alternatives = new ArrayList<>(entry.alternatives);
            for (Map.Entry<Multiplexer.Call, Entry> call : entry.calls.entrySet()) {
                int value = throughMultiplexer(call.getValue());
                if (value != otherwise) {
                    alternatives.add(new Alternative(List.of(call.getKey().condition()), value));
                }
            }
            return alternatives.isEmpty()
                    ? new Decision.Fixed(otherwise)
                    : new Decision.ByArguments(List.copyOf(alternatives), otherwise);
        }

        private int throughMultiplexer(Entry entry) {
            if (entry.unconditional.isPresent()) {
                return entry.unconditional.getAsInt();
            }
            int value = otherwise;
            for (Alternative alternative : entry.alternatives) {
                value = ReturnValue.stricter(value, alternative.value());
            }
            return value;
        }
    }
}
