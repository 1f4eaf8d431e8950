package dev.minirt.core.seccomp;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.SyscallRule;
import dev.minirt.spec.Violation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compiles {@code linux.seccomp} (config-linux.md, Seccomp; rows S1 to S7) into a filter. A pure function: the same profile and interface give the same filter.
 *
 * <p>{@link AbiPolicy} says what the rules mean; beyond that:
 *
 * <ul>
 *   <li>The native interface is always covered, listed or not.
 *   <li>Calls through an interface that is not covered end the thread, as in libseccomp. On x86_64 the numbers of x32, from 0x40000000, are such calls unless x32 is listed, all but
 *       0xffffffff: with that a tracer skips a call, and it gets the default.
 *   <li>A listed interface that the native kernel cannot have is left out: nothing could reach its part of the filter.
 * </ul>
 */
public final class SeccompCompiler {
    private SeccompCompiler() {}

    /**
     * Compiles a profile for machines whose native programs use an interface. Throws {@link SpecException} for what cannot be: {@code errnoRet} with an action that has none,
     * SCMP_ACT_NOTIFY, more than {@value BpfProgram#MAXIMUM} instructions.
     */
    public static SeccompFilter compile(Seccomp seccomp, SyscallAbi nativeAbi) {
        Profile profile = Profile.of(seccomp);
        Set<SyscallAbi> abis = new LinkedHashSet<>();
        abis.add(nativeAbi);
        Set<SyscallAbi> unreachable = new LinkedHashSet<>();
        for (SeccompArchitecture architecture : seccomp.architectures()) {
            SyscallAbi abi = SyscallAbi.of(architecture);
            (nativeAbi.mayMeet(abi) ? abis : unreachable).add(abi);
        }
        Set<String> unknown = new LinkedHashSet<>();
        for (SyscallRule rule : seccomp.syscalls()) {
            unknown.addAll(rule.names());
        }
        List<SockFilter> program = program(profile, List.copyOf(abis), unknown);
        if (program.size() > BpfProgram.MAXIMUM) {
            throw new SpecException(List.of(new Violation(
                    JsonPointer.of("/linux/seccomp/syscalls"),
                    "the filter would have " + program.size() + " instructions, and the kernel takes "
                            + BpfProgram.MAXIMUM)));
        }
        return new SeccompFilter(
                flags(seccomp.flags()),
                new BpfProgram(program),
                List.copyOf(abis),
                List.copyOf(unreachable),
                List.copyOf(unknown));
    }

    /** The bits of {@code SECCOMP_FILTER_FLAG_} (linux/seccomp.h). */
    public static int flags(List<SeccompFlag> flags) {
        int bits = 0;
        for (SeccompFlag flag : flags) {
            bits |= switch (flag) {
                case TSYNC -> 1;
                case LOG -> 2;
                case SPEC_ALLOW -> 4;
                case WAIT_KILLABLE_RECV -> 32;
            };
        }
        return bits;
    }

    private static List<SockFilter> program(Profile profile, List<SyscallAbi> abis, Set<String> unknown) {
        FilterBuilder builder = new FilterBuilder();
        // Backwards, so that the native interface is tested first.
        for (SyscallAbi abi : abis.reversed()) {
            if (abi != SyscallAbi.X32 || !abis.contains(SyscallAbi.X86_64)) {
                builder.add(abi, ranges(profile, abi, abis, unknown));
            }
        }
        return builder.finish();
    }

    private static Ranges ranges(Profile profile, SyscallAbi abi, List<SyscallAbi> abis, Set<String> unknown) {
        Ranges ranges = new Ranges();
        if (abi == SyscallAbi.X32) {
            ranges.add(0, Decision.always(ReturnValue.KILL_THREAD));
        }
        ranges.addAll(ownRanges(profile, abi, unknown));
        if (abi == SyscallAbi.X86_64) {
            if (abis.contains(SyscallAbi.X32)) {
                ranges.addAll(ownRanges(profile, SyscallAbi.X32, unknown));
            } else {
                ranges.add(SyscallAbi.X32_BIT, Decision.always(ReturnValue.KILL_THREAD));
                ranges.add(0xffffffffL, Decision.always(profile.otherwise()));
            }
        }
        return ranges;
    }

    private static Ranges ownRanges(Profile profile, SyscallAbi abi, Set<String> unknown) {
        return AbiPolicy.of(profile, abi, SyscallTable.of(abi), unknown).ranges();
    }
}
