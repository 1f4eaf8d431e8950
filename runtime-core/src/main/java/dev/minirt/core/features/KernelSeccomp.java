package dev.minirt.core.features;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** Asks the running kernel: seccomp(2). Loads no filter. */
public final class KernelSeccomp implements SeccompSupport {
    private static final int SET_MODE_FILTER = 1;
    private static final int GET_ACTION_AVAIL = 2;
    private static final int EFAULT = 14;

    private interface LibC extends Library {
        NativeLong syscall(NativeLong number, Object... arguments) throws LastErrorException;
    }

    private final LibC c = Native.load("c", LibC.class);
    private final long number = number(System.getProperty("os.arch", ""));

    @Override
    public boolean hasAction(int returnValue) {
        try (var action = new Memory(Integer.BYTES)) {
            action.setInt(0, returnValue);
            return seccomp(GET_ACTION_AVAIL, 0, action) == 0;
        }
    }

    /** The kernel looks at the flags first: known ones get as far as the filter, which is not there. */
    @Override
    public boolean hasFlags(int flags) {
        return seccomp(SET_MODE_FILTER, flags, Pointer.createConstant(0)) == EFAULT;
    }

    /** Returns 0 or the errno. */
    private int seccomp(int operation, int flags, Pointer argument) {
        try {
            c.syscall(new NativeLong(number), new NativeLong(operation), new NativeLong(flags), argument);
            return 0;
        } catch (LastErrorException e) {
            return e.getErrorCode();
        }
    }

    private static long number(String machine) {
        return switch (machine) {
            case "amd64", "x86_64" -> 317;
            case "i386", "x86" -> 354;
            case "arm" -> 383;
            case "ppc64le" -> 358;
            case "s390x" -> 348;
            // asm-generic/unistd.h: aarch64, riscv64, loongarch64
            default -> 277;
        };
    }
}
