package dev.minirt.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a runtime can do, regardless of the host (features.md). The spec gives absence the meaning "not known"; minirt
 * knows itself, so only the parts of whole features are optional here.
 *
 * @param ociVersionMin lowest version of the spec that is accepted
 * @param ociVersionMax highest version of the spec that is accepted
 * @param hooks recognised hook names
 * @param mountOptions recognised mount options, without those that only a file system knows
 * @param linux the Linux section
 * @param annotations free notes about the implementation
 * @param potentiallyUnsafeConfigAnnotations annotations that change what the runtime does; a final dot makes a prefix
 */
public record Features(
        String ociVersionMin,
        String ociVersionMax,
        List<String> hooks,
        List<String> mountOptions,
        LinuxFeatures linux,
        Map<String, String> annotations,
        List<String> potentiallyUnsafeConfigAnnotations) {
    /** Copies what is mutable. */
    public Features {
        hooks = List.copyOf(hooks);
        mountOptions = List.copyOf(mountOptions);
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        potentiallyUnsafeConfigAnnotations = List.copyOf(potentiallyUnsafeConfigAnnotations);
    }

    /**
     * What a runtime can do on Linux (features-linux.md).
     *
     * @param namespaces recognised namespace types
     * @param capabilities recognised capability names
     * @param cgroup cgroups
     * @param seccomp system call filters
     * @param apparmor whether AppArmor profiles are supported
     * @param selinux whether SELinux labels are supported
     * @param intelRdt resctrl
     * @param memoryPolicy memory policies; absent if not supported
     * @param mountExtensions mounts beyond mount(2)
     * @param netDevices whether network devices can be moved
     */
    public record LinuxFeatures(
            List<NamespaceType> namespaces,
            List<String> capabilities,
            CgroupFeatures cgroup,
            SeccompFeatures seccomp,
            Enabled apparmor,
            Enabled selinux,
            IntelRdtFeatures intelRdt,
            Optional<MemoryPolicyFeatures> memoryPolicy,
            MountExtensions mountExtensions,
            Enabled netDevices) {
        /** Copies what is mutable. */
        public LinuxFeatures {
            namespaces = List.copyOf(namespaces);
            capabilities = List.copyOf(capabilities);
        }
    }

    /**
     * Whether something is there.
     *
     * @param enabled whether it is
     */
    public record Enabled(boolean enabled) {}

    /**
     * cgroups.
     *
     * @param v1 version 1
     * @param v2 version 2
     * @param systemd the system instance of systemd makes the cgroups
     * @param systemdUser a user instance of systemd makes the cgroups
     * @param rdma the RDMA controller
     */
    public record CgroupFeatures(boolean v1, boolean v2, boolean systemd, boolean systemdUser, boolean rdma) {}

    /**
     * System call filters.
     *
     * @param enabled whether they are supported
     * @param actions recognised actions
     * @param operators recognised operators
     * @param archs recognised architectures
     * @param knownFlags recognised flags
     * @param supportedFlags those of the recognised flags that also work
     */
    public record SeccompFeatures(
            boolean enabled,
            List<SeccompAction> actions,
            List<SeccompOperator> operators,
            List<SeccompArchitecture> archs,
            List<SeccompFlag> knownFlags,
            List<SeccompFlag> supportedFlags) {
        /** Copies what is mutable. */
        public SeccompFeatures {
            actions = List.copyOf(actions);
            operators = List.copyOf(operators);
            archs = List.copyOf(archs);
            knownFlags = List.copyOf(knownFlags);
            supportedFlags = List.copyOf(supportedFlags);
        }
    }

    /**
     * Resource director technology.
     *
     * @param enabled whether resctrl is supported
     * @param schemata whether {@code schemata} is supported
     * @param monitoring whether {@code enableMonitoring} is supported
     */
    public record IntelRdtFeatures(boolean enabled, boolean schemata, boolean monitoring) {}

    /**
     * Memory policies.
     *
     * @param modes recognised modes
     * @param flags recognised flags
     */
    public record MemoryPolicyFeatures(List<MemoryPolicyMode> modes, List<MemoryPolicyFlag> flags) {
        /** Copies what is mutable. */
        public MemoryPolicyFeatures {
            modes = List.copyOf(modes);
            flags = List.copyOf(flags);
        }
    }

    /**
     * Mounts beyond mount(2).
     *
     * @param idmap whether id-mapped mounts are supported
     */
    public record MountExtensions(Enabled idmap) {}
}
