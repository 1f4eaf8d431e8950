package dev.minirt.core.op;

/** What may hold at a moment of a program; operations need, begin and end conditions. */
public enum Condition {
    /** Paths of the runtime's mount namespace can be named: until the root changes. */
    HOST_ROOT,
    /** The capabilities of the root of the user namespace are effective: until the process's own are set. */
    PRIVILEGES,
    /** The container's root directory is open. */
    ROOTFS,
    /** The private procfs is open. */
    PROC,
    /** No seccomp filter of the container is loaded. */
    UNFILTERED,
    /** The driver still holds the caller's standard streams and waits for init. */
    CALLER_STDIO,
    /** There is a pseudoterminal for the process. */
    TERMINAL
}
