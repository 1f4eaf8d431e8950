package dev.minirt.core.seccomp;

import dev.minirt.spec.SeccompArchitecture;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;

/** The system call interfaces of Linux by the names of libseccomp: what a filter has to know of each (S3). */
public enum SyscallAbi {
    X86(Family.X86, 0x40000003, 32, "x86"),
    X86_64(Family.X86, 0xC000003E, 64, "x86_64"),
    /** Shares the architecture of x86_64; its numbers have {@link #X32_BIT}. */
    X32(Family.X86, 0xC000003E, 32, "x32"),
    ARM(Family.ARM, 0x40000028, 32, "arm"),
    AARCH64(Family.ARM, 0xC00000B7, 64, "aarch64"),
    MIPS(Family.MIPS, 0x00000008, 32, "mips"),
    MIPS64(Family.MIPS, 0x80000008, 64, "mips64"),
    MIPS64N32(Family.MIPS, 0xA0000008, 32, "mips64n32"),
    MIPSEL(Family.MIPSEL, 0x40000008, 32, "mips"),
    MIPSEL64(Family.MIPSEL, 0xC0000008, 64, "mips64"),
    MIPSEL64N32(Family.MIPSEL, 0xE0000008, 32, "mips64n32"),
    PPC(Family.PPC, 0x00000014, 32, "ppc"),
    PPC64(Family.PPC, 0x80000015, 64, "ppc64"),
    PPC64LE(Family.PPCLE, 0xC0000015, 64, "ppc64"),
    S390(Family.S390, 0x00000016, 32, "s390"),
    S390X(Family.S390, 0x80000016, 64, "s390x"),
    PARISC(Family.PARISC, 0x0000000F, 32, "parisc"),
    PARISC64(Family.PARISC, 0x8000000F, 64, "parisc64"),
    RISCV64(Family.RISCV, 0xC00000F3, 64, "riscv64"),
    LOONGARCH64(Family.LOONGARCH, 0xC0000102, 64, "loongarch64"),
    M68K(Family.M68K, 0x00000004, 32, "m68k"),
    SH(Family.SH, 0x4000002A, 32, "sh"),
    SHEB(Family.SHEB, 0x0000002A, 32, "sh");

    /** The bit that tells calls of x32 from those of x86_64, {@code __X32_SYSCALL_BIT}. */
    public static final int X32_BIT = 0x40000000;

    /** {@code __AUDIT_ARCH_LE}. */
    private static final int LITTLE_ENDIAN = 0x40000000;

    /** The interfaces that one kernel can have at the same time. */
    private enum Family {
        X86,
        ARM,
        MIPS,
        MIPSEL,
        PPC,
        PPCLE,
        S390,
        PARISC,
        RISCV,
        LOONGARCH,
        M68K,
        SH,
        SHEB
    }

    private final Family family;
    private final int auditArch;
    private final int argumentBits;
    private final String table;

    SyscallAbi(Family family, int auditArch, int argumentBits, String table) {
        this.family = family;
        this.auditArch = auditArch;
        this.argumentBits = argumentBits;
        this.table = table;
    }

    /** The interface that config.json calls so. */
    public static SyscallAbi of(SeccompArchitecture architecture) {
        return valueOf(architecture.name());
    }

    /** The interface of 64-bit programs on a machine, by the machine's name in uname(2) or in Java's {@code os.arch}; empty for a machine that minirt has no filters for. */
    public static Optional<SyscallAbi> ofMachine(String machine) {
        return switch (machine.toLowerCase(Locale.ROOT)) {
            case "x86_64", "amd64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            case "riscv64" -> Optional.of(RISCV64);
            case "ppc64le" -> Optional.of(PPC64LE);
            case "ppc64" -> Optional.of(PPC64);
            case "s390x" -> Optional.of(S390X);
            case "loongarch64" -> Optional.of(LOONGARCH64);
            default -> Optional.empty();
        };
    }

    /** The value of {@code seccomp_data.arch}, {@code AUDIT_ARCH_} of linux/audit.h. */
    public int auditArch() {
        return auditArch;
    }

    /** How many bits of an argument count: 32 or 64. Of a 32-bit call the kernel passes on the upper halves of the registers, which the call itself ignores: a filter must ignore them too. */
    public int argumentBits() {
        return argumentBits;
    }

    /** The order of the two halves of an argument in {@code seccomp_data}, and of the bytes of a program for a machine of this kind. */
    public ByteOrder byteOrder() {
        return (auditArch & LITTLE_ENDIAN) != 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    /** Whether a kernel whose native programs use this interface can get calls of the other. */
    public boolean mayMeet(SyscallAbi other) {
        return family == other.family;
    }

    /** The interface's name for people, such as {@code x86_64}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Name of the table of its numbers. */
    String table() {
        return table;
    }

    /** Offset in {@code struct seccomp_data} of the lower half of an argument. */
    int lowerHalf(int argument) {
        return 16 + 8 * argument + (byteOrder() == ByteOrder.BIG_ENDIAN ? 4 : 0);
    }

    /** Offset in {@code struct seccomp_data} of the upper half of an argument. */
    int upperHalf(int argument) {
        return 16 + 8 * argument + (byteOrder() == ByteOrder.BIG_ENDIAN ? 0 : 4);
    }
}
