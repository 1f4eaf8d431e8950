package dev.minirt.core.linux;

/** A flag of a system call: some bits and the kernel's name for them. */
public interface KernelFlag {
    /** The bits, in the kernel's position. */
    long bits();

    /** The kernel's name, such as {@code MOUNT_ATTR_RDONLY}. */
    String symbol();
}
