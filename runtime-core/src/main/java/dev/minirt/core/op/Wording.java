package dev.minirt.core.op;

import dev.minirt.core.linux.NamespaceType;
import dev.minirt.core.linux.Propagation;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/** Puts the numbers of operations in the words of the kernel's headers, for people. Named by fields of ops.def. */
final class Wording {
    private static final String[] RESOURCES = {
        "CPU",
        "FSIZE",
        "DATA",
        "STACK",
        "CORE",
        "RSS",
        "NPROC",
        "NOFILE",
        "MEMLOCK",
        "AS",
        "LOCKS",
        "SIGPENDING",
        "MSGQUEUE",
        "NICE",
        "RTPRIO",
        "RTTIME"
    };
    private static final String[] SECCOMP_FLAGS = {
        "TSYNC", "LOG", "SPEC_ALLOW", "NEW_LISTENER", "TSYNC_ESRCH", "WAIT_KILLABLE_RECV"
    };
    private static final String[] POLICIES = {"OTHER", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE"};
    private static final String[] IO_CLASSES = {"NONE", "RT", "BE", "IDLE"};
    private static final int IO_CLASS_SHIFT = 13;
    private static final int BPF_INSTRUCTION = 8;
    private static final int TYPE_MASK = 0170000;
    private static final int FIFO = 0010000;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;

    private Wording() {}

    /** {@code RLIMIT_NOFILE} for 7: include/uapi/asm-generic/resource.h. */
    static String resource(int number) {
        return number >= 0 && number < RESOURCES.length ? "RLIMIT_" + RESOURCES[number] : Integer.toString(number);
    }

    /** Permission bits in octal, with a leading zero. */
    static String mode(int mode) {
        return "0" + Integer.toOctalString(mode);
    }

    /** {@code S_IFCHR|0666}. */
    static String deviceMode(int mode) {
        return fileType(mode & TYPE_MASK) + "|" + mode(mode & ~TYPE_MASK);
    }

    /** {@code S_IFCHR}: inode(7). */
    static String fileType(int type) {
        return switch (type) {
            case FIFO -> "S_IFIFO";
            case CHARACTER -> "S_IFCHR";
            case BLOCK -> "S_IFBLK";
            default -> mode(type);
        };
    }

    /** include/uapi/linux/personality.h. */
    static String personality(int domain) {
        return switch (domain) {
            case 0 -> "PER_LINUX";
            case 8 -> "PER_LINUX32";
            default -> Integer.toHexString(domain);
        };
    }

    /** {@code SCHED_IDLE} for 5: include/uapi/linux/sched.h. */
    static String schedulingPolicy(int number) {
        return number >= 0 && number < POLICIES.length ? "SCHED_" + POLICIES[number] : Integer.toString(number);
    }

    /** {@code IOPRIO_CLASS_BE 4}: include/uapi/linux/ioprio.h. */
    static String ioPriority(int priority) {
        int kind = priority >> IO_CLASS_SHIFT;
        return (kind >= 0 && kind < IO_CLASSES.length ? "IOPRIO_CLASS_" + IO_CLASSES[kind] : Integer.toString(kind))
                + " "
                + (priority & ((1 << IO_CLASS_SHIFT) - 1));
    }

    /** {@code 0-3,7} for a mask, {@code all} for an empty one. */
    static String cpus(Bytes mask) {
        var bits = BitSet.valueOf(mask.toArray());
        var words = new StringBuilder();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            words.append(words.isEmpty() ? "" : ",").append(first).append(end - 1 > first ? "-" + (end - 1) : "");
            first = bits.nextSetBit(end);
        }
        return words.isEmpty() ? "all" : words.toString();
    }

    /** Names joined by a bar; {@code none} for zero. */
    static String seccompFlags(int flags) {
        var words = new StringBuilder();
        for (int bit = 0; bit < SECCOMP_FLAGS.length; bit++) {
            if ((flags & 1 << bit) != 0) {
                words.append(words.isEmpty() ? "" : "|")
                        .append("SECCOMP_FILTER_FLAG_")
                        .append(SECCOMP_FLAGS[bit]);
            }
        }
        return words.isEmpty() ? "none" : words.toString();
    }

    /** {@code [MS_PRIVATE|MS_REC]}. */
    static String propagation(List<Integer> bits) {
        var words = new StringBuilder("[");
        for (int value : bits) {
            words.append(words.length() > 1 ? ", " : "");
            for (var type : Propagation.values()) {
                if (type.value() == (value & ~Propagation.RECURSIVE)) {
                    words.append(type.symbol());
                }
            }
            words.append((value & Propagation.RECURSIVE) == 0 ? "" : "|MS_REC");
        }
        return words.append(']').toString();
    }

    /** {@code [CLONE_NEWNET]}. */
    static String namespace(List<Integer> bits) {
        var words = new StringBuilder("[");
        for (int value : bits) {
            words.append(words.length() > 1 ? ", " : "");
            for (var type : NamespaceType.values()) {
                if (type.value() == value) {
                    words.append(type.symbol());
                }
            }
        }
        return words.append(']').toString();
    }

    /** How many instructions of classic or extended BPF. */
    static String instructions(Bytes program) {
        return program.length() / BPF_INSTRUCTION + " instructions";
    }

    /** Text that is sent as it is. */
    static String utf8(Bytes text) {
        return new String(text.toArray(), StandardCharsets.UTF_8);
    }
}
