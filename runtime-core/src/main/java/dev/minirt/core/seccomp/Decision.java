package dev.minirt.core.seccomp;

import dev.minirt.spec.SeccompOperator;
import java.util.List;

/** What happens to the calls of one number. */
sealed interface Decision {
    /** The same for all of them. */
    record Fixed(int value) implements Decision {}

    /** The value of the first alternative whose conditions all hold, or another. */
    record ByArguments(List<Alternative> alternatives, int otherwise) implements Decision {}

    /** A value, and at least one condition for it. */
    record Alternative(List<Condition> conditions, int value) {}

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
    }
}
