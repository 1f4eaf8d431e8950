package dev.minirt.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to Linux (config-linux.md). A document without a {@code linux} member means the same as one with
 * an empty member.
 *
 * @param namespaces namespaces to create or join, no type twice; a type not listed is inherited
 * @param uidMappings user ids of a new user namespace
 * @param gidMappings group ids of a new user namespace
 * @param timeOffsets offsets of the clocks of a new time namespace
 * @param devices device files that must exist in the container
 * @param netDevices network devices to move into the container, by their name on the host
 * @param cgroupsPath where the container belongs in the cgroup hierarchy; also {@code slice:prefix:name} for systemd
 * @param resources cgroup limits
 * @param intelRdt resctrl; absent means do not touch it
 * @param memoryPolicy NUMA policy, set_mempolicy(2)
 * @param sysctl kernel parameters to set, by name with dots or slashes
 * @param seccomp system call filter
 * @param rootfsPropagation propagation of the root mount; absent leaves the choice to the runtime
 * @param maskedPaths absolute paths inside to hide; may hold a path twice
 * @param readonlyPaths absolute paths inside to make read-only; may hold a path twice
 * @param mountLabel SELinux context of the mounts
 * @param personality execution domain, personality(2)
 */
public record Linux(
        List<Namespace> namespaces,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        Map<Clock, TimeOffset> timeOffsets,
        List<Device> devices,
        Map<String, NetDevice> netDevices,
        Optional<String> cgroupsPath,
        Optional<Resources> resources,
        Optional<IntelRdt> intelRdt,
        Optional<MemoryPolicy> memoryPolicy,
        Map<String, String> sysctl,
        Optional<Seccomp> seccomp,
        Optional<RootfsPropagation> rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        Optional<String> mountLabel,
        Optional<Personality> personality) {
    /** Copies what is mutable. */
    public Linux {
        namespaces = List.copyOf(namespaces);
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
        timeOffsets = Collections.unmodifiableMap(new LinkedHashMap<>(timeOffsets));
        devices = List.copyOf(devices);
        netDevices = Collections.unmodifiableMap(new LinkedHashMap<>(netDevices));
        sysctl = Collections.unmodifiableMap(new LinkedHashMap<>(sysctl));
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }

    /** The section of a document that has none. */
    public static final Linux EMPTY = new Linux(
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());

    /** The entry for a type, or null if the container inherits the namespace of the runtime. */
    public @Nullable Namespace namespace(NamespaceType type) {
        for (Namespace namespace : namespaces) {
            if (namespace.type() == type) {
                return namespace;
            }
        }
        return null;
    }

    /** Whether the container gets a namespace of the type that is not inherited, be it new or joined. */
    public boolean hasNamespace(NamespaceType type) {
        return namespace(type) != null;
    }

    /** Whether a new namespace of the type is made for the container. */
    public boolean createsNamespace(NamespaceType type) {
        Namespace namespace = namespace(type);
        return namespace != null && namespace.path().isEmpty();
    }
}
