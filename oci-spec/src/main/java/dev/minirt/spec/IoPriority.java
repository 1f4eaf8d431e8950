package dev.minirt.spec;

/**
 * I/O priority (config.md, ioPriority).
 *
 * @param ioClass the member {@code class}
 * @param priority 0 (highest) to 7 within the class; 0 if absent
 */
public record IoPriority(IoPriorityClass ioClass, int priority) {}
