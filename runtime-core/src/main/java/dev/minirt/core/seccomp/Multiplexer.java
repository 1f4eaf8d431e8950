package dev.minirt.core.seccomp;

import dev.minirt.core.seccomp.Decision.Condition;
import dev.minirt.spec.SeccompOperator;
import org.jspecify.annotations.Nullable;

/**
 * A system call through which others go on some architectures: its first argument says which. See socketcall(2), ipc(2), linux/net.h and linux/ipc.h.
 *
 * <p>The bits of the argument that the kernel looks at are all that a filter may look at too, or a rule could be dodged by setting one of the others: socketcall takes an int, and ipc
 * keeps a version in the upper half of one.
 */
enum Multiplexer {
    SOCKETCALL("socketcall", 0xffffffffL),
    IPC("ipc", 0xffffL);

    private final String syscall;
    private final long mask;

    Multiplexer(String syscall, long mask) {
        this.syscall = syscall;
        this.mask = mask;
    }

    /**
     * A system call that goes through another.
     *
     * @param number what the first argument says then
     */
    record Call(Multiplexer through, int number) implements Comparable<Call> {
        /** The condition that a call of the multiplexer is this one. */
        Condition condition() {
            return new Condition(0, SeccompOperator.MASKED_EQ, number, through.mask);
        }

        @Override
        public int compareTo(Call other) {
            int order = through.compareTo(other.through);
            return order != 0 ? order : Integer.compare(number, other.number);
        }
    }

    /** Name of the system call. */
    String syscall() {
        return syscall;
    }

    /** The way through a multiplexer, or null if a system call goes through none. */
    static @Nullable Call call(String name) {
        return switch (name) {
            case "socket" -> new Call(SOCKETCALL, 1);
            case "bind" -> new Call(SOCKETCALL, 2);
            case "connect" -> new Call(SOCKETCALL, 3);
            case "listen" -> new Call(SOCKETCALL, 4);
            case "accept" -> new Call(SOCKETCALL, 5);
            case "getsockname" -> new Call(SOCKETCALL, 6);
            case "getpeername" -> new Call(SOCKETCALL, 7);
            case "socketpair" -> new Call(SOCKETCALL, 8);
            case "send" -> new Call(SOCKETCALL, 9);
            case "recv" -> new Call(SOCKETCALL, 10);
            case "sendto" -> new Call(SOCKETCALL, 11);
            case "recvfrom" -> new Call(SOCKETCALL, 12);
            case "shutdown" -> new Call(SOCKETCALL, 13);
            case "setsockopt" -> new Call(SOCKETCALL, 14);
            case "getsockopt" -> new Call(SOCKETCALL, 15);
            case "sendmsg" -> new Call(SOCKETCALL, 16);
            case "recvmsg" -> new Call(SOCKETCALL, 17);
            case "accept4" -> new Call(SOCKETCALL, 18);
            case "recvmmsg" -> new Call(SOCKETCALL, 19);
            case "sendmmsg" -> new Call(SOCKETCALL, 20);
            case "semop" -> new Call(IPC, 1);
            case "semget" -> new Call(IPC, 2);
            case "semctl" -> new Call(IPC, 3);
            case "semtimedop" -> new Call(IPC, 4);
            case "msgsnd" -> new Call(IPC, 11);
            case "msgrcv" -> new Call(IPC, 12);
            case "msgget" -> new Call(IPC, 13);
            case "msgctl" -> new Call(IPC, 14);
            case "shmat" -> new Call(IPC, 21);
            case "shmdt" -> new Call(IPC, 22);
            case "shmget" -> new Call(IPC, 23);
            case "shmctl" -> new Call(IPC, 24);
            default -> null;
        };
    }
}
