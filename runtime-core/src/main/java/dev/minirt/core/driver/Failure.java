package dev.minirt.core.driver;

/**
 * How an operation of a program failed.
 *
 * @param operation place of the operation in the program, from 0
 * @param step the step of the operation, by its place in ops.def, from 0
 * @param code an errno, or an exit status or signal where the step says so
 * @param detail what was being worked on, or what the kernel or a hook said; may be empty
 */
public record Failure(int operation, int step, int code, String detail) {}
