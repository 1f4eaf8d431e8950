package dev.minirt.core.seccomp;

import dev.minirt.spec.SeccompAction;

/** The 32 bits that a filter returns: an action in the upper half, 16 bits of data in the lower; see seccomp(2) and linux/seccomp.h. */
final class ReturnValue {
    static final int KILL_PROCESS = 0x80000000;
    static final int KILL_THREAD = 0x00000000;
    static final int TRAP = 0x00030000;
    static final int ERRNO = 0x00050000;
    static final int USER_NOTIF = 0x7fc00000;
    static final int TRACE = 0x7ff00000;
    static final int LOG = 0x7ffc0000;
    static final int ALLOW = 0x7fff0000;

    static final int EPERM = 1;
    static final int ENOSYS = 38;

    private static final int ACTION = 0xffff0000;

    private ReturnValue() {}

    /** The value for an action; the data are of use to ERRNO and TRACE only. */
    static int of(SeccompAction action, int data) {
        return switch (action) {
            case KILL, KILL_THREAD -> KILL_THREAD;
            case KILL_PROCESS -> KILL_PROCESS;
            case TRAP -> TRAP;
            case ERRNO -> ERRNO | data;
            case TRACE -> TRACE | data;
            case LOG -> LOG;
            case ALLOW -> ALLOW;
            case NOTIFY -> USER_NOTIF;
        };
    }

    /** Whether the call may run, if need be with the help of a tracer. */
    static boolean lets(int value) {
        return (value & ACTION) == ALLOW || (value & ACTION) == LOG || (value & ACTION) == TRACE;
    }

    /** The stricter of two values, by the order in which the kernel chooses among several filters; the first if there is no difference. */
    static int stricter(int first, int second) {
        // The kernel compares the action part as a signed number: KILL_PROCESS is the smallest.
        return (second & ACTION) < (first & ACTION) ? second : first;
    }

    /** The value in words: {@code ALLOW}, {@code ERRNO 38}. */
    static String toText(int value) {
        int data = value & ~ACTION;
        return switch (value & ACTION) {
            case KILL_PROCESS -> "KILL_PROCESS";
            case KILL_THREAD -> "KILL_THREAD";
            case TRAP -> "TRAP";
            case ERRNO -> "ERRNO " + data;
            case USER_NOTIF -> "NOTIFY";
            case TRACE -> "TRACE " + data;
            case LOG -> "LOG";
            case ALLOW -> "ALLOW";
            default -> "0x" + Integer.toHexString(value);
        };
    }
}
