package dev.minirt.core.linux;

/** One of several values of an argument: a number and the name for it. */
public interface KernelConstant {
    /** The number that the interpreter receives. */
    int value();

    /** The kernel's name, or ours where it has none. */
    String symbol();
}
