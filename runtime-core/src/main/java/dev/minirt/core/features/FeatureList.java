package dev.minirt.core.features;

import dev.minirt.core.cgroup.systemd.AnnotationProperties;
import dev.minirt.core.linux.Capability;
import dev.minirt.core.mount.MountOption;
import dev.minirt.core.seccomp.SeccompCompiler;
import dev.minirt.spec.Features;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.OciVersion;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.SeccompOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the features document (rows F1 to F12). */
public final class FeatureList {
    private FeatureList() {}

    /**
     * The features of this minirt.
     *
     * @param kernel what the kernel says of seccomp, which decides on {@code supportedFlags} and {@code actions}
     * @param annotations free notes, such as the version
     */
    public static Features of(SeccompSupport kernel, Map<String, String> annotations) {
        var hooks = new ArrayList<String>();
        for (var kind : HookKind.values()) {
            hooks.add(kind.specName());
        }
        return new Features(
                OciVersion.MIN.toString(),
                OciVersion.MAX.toString(),
                hooks,
                MountOption.supportedWords(),
                linux(kernel),
                annotations,
                List.of(AnnotationProperties.PREFIX));
    }

    private static Features.LinuxFeatures linux(SeccompSupport kernel) {
        var capabilities = new ArrayList<String>();
        for (var capability : Capability.values()) {
            capabilities.add(capability.symbol());
        }
        return new Features.LinuxFeatures(
                sorted(NamespaceType.values()),
                capabilities,
                new Features.CgroupFeatures(false, true, true, true, true),
                seccomp(kernel),
                new Features.Enabled(false),
                new Features.Enabled(false),
                new Features.IntelRdtFeatures(false, false, false),
                Optional.empty(),
                new Features.MountExtensions(new Features.Enabled(false)),
                new Features.Enabled(false));
    }

    private static List<NamespaceType> sorted(NamespaceType[] types) {
        var list = new ArrayList<>(List.of(types));
        list.sort((one, other) -> one.specName().compareTo(other.specName()));
        return list;
    }

    private static Features.SeccompFeatures seccomp(SeccompSupport kernel) {
        var actions = new ArrayList<SeccompAction>();
        for (var action : SeccompAction.values()) {
            // Without a listener a filter that asks one would only hang.
            if (action != SeccompAction.NOTIFY && kernel.hasAction(returnValue(action))) {
                actions.add(action);
            }
        }
        var supported = new ArrayList<SeccompFlag>();
        for (var flag : SeccompFlag.values()) {
            // The kernel takes WAIT_KILLABLE_RECV together with a listener only.
            if (flag != SeccompFlag.WAIT_KILLABLE_RECV && kernel.hasFlags(SeccompCompiler.flags(List.of(flag)))) {
                supported.add(flag);
            }
        }
        return new Features.SeccompFeatures(
                true,
                actions,
                List.of(SeccompOperator.values()),
                List.of(SeccompArchitecture.values()),
                List.of(SeccompFlag.values()),
                supported);
    }

    /** {@code SECCOMP_RET_} of include/uapi/linux/seccomp.h, without data. */
    private static int returnValue(SeccompAction action) {
        return switch (action) {
            case KILL, KILL_THREAD -> 0;
            case KILL_PROCESS -> 0x8000_0000;
            case TRAP -> 0x0003_0000;
            case ERRNO -> 0x0005_0000;
            case NOTIFY -> 0x7fc0_0000;
            case TRACE -> 0x7ff0_0000;
            case LOG -> 0x7ffc_0000;
            case ALLOW -> 0x7fff_0000;
        };
    }
}
