package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * Architectures by the names of libseccomp.
 */
public enum SeccompArchitecture {
    /** 32 bit x86. */
    X86("SCMP_ARCH_X86"),
    /** 64 bit x86. */
    X86_64("SCMP_ARCH_X86_64"),
    /** 64 bit x86 with 32 bit pointers. */
    X32("SCMP_ARCH_X32"),
    /** 32 bit Arm, EABI. */
    ARM("SCMP_ARCH_ARM"),
    /** 64 bit Arm. */
    AARCH64("SCMP_ARCH_AARCH64"),
    /** Big-endian MIPS, o32. */
    MIPS("SCMP_ARCH_MIPS"),
    /** Big-endian MIPS, n64. */
    MIPS64("SCMP_ARCH_MIPS64"),
    /** Big-endian MIPS, n32. */
    MIPS64N32("SCMP_ARCH_MIPS64N32"),
    /** Little-endian MIPS, o32. */
    MIPSEL("SCMP_ARCH_MIPSEL"),
    /** Little-endian MIPS, n64. */
    MIPSEL64("SCMP_ARCH_MIPSEL64"),
    /** Little-endian MIPS, n32. */
    MIPSEL64N32("SCMP_ARCH_MIPSEL64N32"),
    /** 32 bit PowerPC. */
    PPC("SCMP_ARCH_PPC"),
    /** Big-endian 64 bit PowerPC. */
    PPC64("SCMP_ARCH_PPC64"),
    /** Little-endian 64 bit PowerPC. */
    PPC64LE("SCMP_ARCH_PPC64LE"),
    /** 31 bit S/390. */
    S390("SCMP_ARCH_S390"),
    /** 64 bit S/390. */
    S390X("SCMP_ARCH_S390X"),
    /** 32 bit PA-RISC. */
    PARISC("SCMP_ARCH_PARISC"),
    /** 64 bit PA-RISC. */
    PARISC64("SCMP_ARCH_PARISC64"),
    /** 64 bit RISC-V. */
    RISCV64("SCMP_ARCH_RISCV64"),
    /** 64 bit LoongArch. */
    LOONGARCH64("SCMP_ARCH_LOONGARCH64"),
    /** Motorola 68000. */
    M68K("SCMP_ARCH_M68K"),
    /** Little-endian SuperH. */
    SH("SCMP_ARCH_SH"),
    /** Big-endian SuperH. */
    SHEB("SCMP_ARCH_SHEB");

    private static final SeccompArchitecture[] VALUES = values();

    private final String specName;

    SeccompArchitecture(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable SeccompArchitecture named(String specName) {
        for (SeccompArchitecture value : VALUES) {
            if (value.specName.equals(specName)) {
                return value;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return specName;
    }
}
