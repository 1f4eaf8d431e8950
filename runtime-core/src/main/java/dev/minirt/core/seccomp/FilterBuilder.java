package dev.minirt.core.seccomp;

import dev.minirt.core.seccomp.Decision.Alternative;
import dev.minirt.core.seccomp.Decision.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes decisions as tests, on the offsets of {@code struct seccomp_data} (linux/seccomp.h).
 *
 * <pre>
 * architecture ----- native? ---- number ---- binary search over ranges of numbers ---- return, or tests of arguments
 *                |- another? ---- number ---- ...
 *                '- none: KILL_THREAD
 * </pre>
 */
final class FilterBuilder {
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;

    private final BpfAssembler code = new BpfAssembler();

    /** What comes after the test for the architectures added last; first of all, the end of foreign ones. */
    private int architectures = code.returning(ReturnValue.KILL_THREAD);

    /** Adds an architecture, tested before those added so far. */
    void add(SyscallAbi abi, Ranges ranges) {
        int search = code.load(NUMBER, new Search(abi, ranges).between(0, ranges.size()));
        architectures = code.test(SockFilter.JUMP_EQUAL, abi.auditArch(), search, architectures);
    }

    /** The whole filter, possibly longer than the kernel allows. */
    List<SockFilter> finish() {
        return code.assemble(code.load(ARCHITECTURE, architectures));
    }

    private final class Search {
        private final SyscallAbi abi;
        private final Ranges ranges;
        private final Map<Decision, Integer> leaves = new HashMap<>();

        Search(SyscallAbi abi, Ranges ranges) {
            this.abi = abi;
            this.ranges = ranges;
        }

        /** Finds the decision for a loaded number that lies in one of the ranges {@code from} to {@code to} - 1. */
        int between(int from, int to) {
            if (to - from == 1) {
                return leaf(ranges.decision(from));
            }
            if (to - from == 3
                    && ranges.length(from + 1) == 1
                    && ranges.decision(from).equals(ranges.decision(from + 2))) {
                // The commonest pattern: one exception amid numbers that are all treated alike.
                int usual = leaf(ranges.decision(from));
                int exception = leaf(ranges.decision(from + 1));
                return code.testLoaded(NUMBER, SockFilter.JUMP_EQUAL, (int) ranges.start(from + 1), exception, usual);
            }
            int middle = (from + to) / 2;
            int above = between(middle, to);
            int below = between(from, middle);
            return code.testLoaded(NUMBER, SockFilter.JUMP_GREATER_OR_EQUAL, (int) ranges.start(middle), above, below);
        }

        private int leaf(Decision decision) {
            Integer known = leaves.get(decision);
            if (known == null) {
                known = tests(decision);
                leaves.put(decision, known);
            }
            return known;
        }

        private int tests(Decision decision) {
            int next = code.returning(decision.otherwise());
            for (Alternative alternative : decision.alternatives().reversed()) {
                int holds = code.returning(alternative.value());
                for (Condition condition : alternative.conditions().reversed()) {
                    holds = condition(condition, holds, next);
                }
                next = holds;
            }
            return next;
        }

        private int condition(Condition condition, int yes, int no) {
            return switch (condition.operator()) {
                case EQ -> equal(condition, yes, no);
                case NE -> equal(condition, no, yes);
                case GT -> ordered(SockFilter.JUMP_GREATER, condition, yes, no);
                case LE -> ordered(SockFilter.JUMP_GREATER, condition, no, yes);
                case GE -> ordered(SockFilter.JUMP_GREATER_OR_EQUAL, condition, yes, no);
                case LT -> ordered(SockFilter.JUMP_GREATER_OR_EQUAL, condition, no, yes);
                case MASKED_EQ -> masked(condition, yes, no);
            };
        }

        /** The lower half first: it is the one that differs from rule to rule, so that a chain of rules loads it once. */
        private int equal(Condition condition, int yes, int no) {
            int rest = isLowerHalf(condition)
                    ? yes
                    : compared(SockFilter.JUMP_EQUAL, upper(condition), upperHalf(condition.value()), yes, no);
            return compared(SockFilter.JUMP_EQUAL, lower(condition), (int) condition.value(), rest, no);
        }

        /** A comparison by greater, or greater or equal; the upper halves decide unless they are equal. */
        private int ordered(int code, Condition condition, int yes, int no) {
            int lower = compared(code, lower(condition), (int) condition.value(), yes, no);
            if (isLowerHalf(condition)) {
                return lower;
            }
            int value = upperHalf(condition.value());
            int notGreater = compared(SockFilter.JUMP_EQUAL, upper(condition), value, lower, no);
            return compared(SockFilter.JUMP_GREATER, upper(condition), value, yes, notGreater);
        }

        private int masked(Condition condition, int yes, int no) {
            int rest = maskedHalf(upper(condition), upperHalf(condition.mask()), upperHalf(condition.value()), yes, no);
            return maskedHalf(lower(condition), (int) condition.mask(), (int) condition.value(), rest, no);
        }

        private int maskedHalf(int offset, int mask, int value, int yes, int no) {
            return switch (mask) {
                case 0 -> yes;
                case -1 -> compared(SockFilter.JUMP_EQUAL, offset, value, yes, no);
                default -> code.load(offset, code.and(mask, code.test(SockFilter.JUMP_EQUAL, value, yes, no)));
            };
        }

        private int compared(int operation, int offset, int value, int yes, int no) {
            return code.load(offset, code.testLoaded(offset, operation, value, yes, no));
        }

        private int lower(Condition condition) {
            return abi.lowerHalf(condition.argument());
        }

        private int upper(Condition condition) {
            return abi.upperHalf(condition.argument());
        }

        private static boolean isLowerHalf(Condition condition) {
            return upperHalf(condition.mask()) == 0;
        }

        private static int upperHalf(long value) {
            return (int) (value >>> 32);
        }
    }
}
