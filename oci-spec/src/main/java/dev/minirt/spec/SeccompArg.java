package dev.minirt.spec;

/**
 * A condition on an argument of a system call.
 *
 * @param index which argument, 0 to 5
 * @param value unsigned 64 bit; for MASKED_EQ the mask
 * @param valueTwo unsigned 64 bit; for MASKED_EQ the value, 0 if absent
 * @param op the comparison
 */
public record SeccompArg(int index, long value, long valueTwo, SeccompOperator op) {}
