package dev.minirt.core.features;

/** What a kernel can do with system call filters: seccomp(2). */
public interface SeccompSupport {
    /** Whether filters may return a value: SECCOMP_GET_ACTION_AVAIL. */
    boolean hasAction(int returnValue);

    /** Whether filters may be loaded with flags. */
    boolean hasFlags(int flags);
}
