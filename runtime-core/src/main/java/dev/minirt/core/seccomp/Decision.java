package dev.minirt.core.seccomp;

import dev.minirt.spec.SeccompOperator;
import java.util.List;

/**
 * What happens to the calls of one number: the value of the first alternative whose conditions all hold, or another.
 *
 * <p>These records are compared and hashed while a container is created, and the first use of the methods that the compiler gives a record costs more than the whole rest of compiling a
 * profile: hence those written out.
 *
 * @param alternatives empty if the arguments do not matter
 */
record Decision(List<Alternative> alternatives, int otherwise) {
    /** The same for all calls. */
    static Decision always(int value) {
        return new Decision(List.of(), value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Decision decision
                && otherwise == decision.otherwise
                && alternatives.equals(decision.alternatives);
    }

    @Override
    public int hashCode() {
        return 31 * alternatives.hashCode() + otherwise;
    }

    /**
     * A value, and when it is the one.
     *
     * @param conditions at least one
     */
    record Alternative(List<Condition> conditions, int value) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Alternative alternative
                    && value == alternative.value
                    && conditions.equals(alternative.conditions);
        }

        @Override
        public int hashCode() {
            return 31 * conditions.hashCode() + value;
        }
    }

    /**
     * A condition on an argument.
     *
     * @param argument 0 to 5
     * @param operator the comparison, unsigned
     * @param value what the argument is compared with; for MASKED_EQ what the bits of the mask have to be, and 0 elsewhere
     * @param mask the bits of the argument that count; for operators other than MASKED_EQ all, or all of the lower half
     */
    record Condition(int argument, SeccompOperator operator, long value, long mask) {
        /** Whether it holds for every argument. */
        boolean always() {
            return mask == 0;
        }

        /** The condition on an argument of which only the lower 32 bits count. */
        Condition lowerHalf() {
            return new Condition(argument, operator, value & 0xffffffffL, mask & 0xffffffffL);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Condition condition
                    && argument == condition.argument
                    && operator == condition.operator
                    && value == condition.value
                    && mask == condition.mask;
        }

        @Override
        public int hashCode() {
            return ((argument * 31 + operator.ordinal()) * 31 + Long.hashCode(value)) * 31 + Long.hashCode(mask);
        }
    }
}
