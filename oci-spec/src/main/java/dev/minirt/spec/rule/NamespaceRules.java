package dev.minirt.spec.rule;

import dev.minirt.spec.IdMapping;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Linux;
import dev.minirt.spec.Namespace;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.NetDevice;
import dev.minirt.spec.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Rules of namespaces and of what makes sense in one only (config-linux.md, Namespaces and following). */
final class NamespaceRules {
    /** IFNAMSIZ without the final NUL. */
    private static final int LONGEST_INTERFACE_NAME = 15;

    private NamespaceRules() {}

    static void check(Linux linux, Findings findings) {
        pathsAreAbsolute(linux, findings);
        typesAreUnique(linux, findings);
        MappingRules.check(linux.uidMappings(), Pointers.LINUX.child("uidMappings"), findings);
        MappingRules.check(linux.gidMappings(), Pointers.LINUX.child("gidMappings"), findings);
        deviceNamesAreInterfaceNames(linux, findings);
        if (findings.isUnreadable(Pointers.NAMESPACES)) {
            return;
        }
        mappingsNeedUserNamespace(linux, findings);
        newUserNamespaceNeedsMappings(linux, findings);
        timeOffsetsNeedNewTimeNamespace(linux, findings);
        pathRestrictionsNeedMountNamespace(linux, findings);
        netDevicesNeedNetworkNamespace(linux, findings);
    }

    /** "This value MUST be an absolute path in the runtime mount namespace". */
    static void pathsAreAbsolute(Linux linux, Findings findings) {
        for (int i = 0; i < linux.namespaces().size(); i++) {
            String path = linux.namespaces().get(i).path().orElse("/");
            if (!path.startsWith("/")) {
                findings.violation(
                        Pointers.NAMESPACES.child(i).child("path"), "must be an absolute path, got " + Quoted.of(path));
            }
        }
    }

    /** "If a namespaces field contains duplicated namespaces with same type, the runtime MUST generate an error". */
    static void typesAreUnique(Linux linux, Findings findings) {
        Map<NamespaceType, Integer> seen = new EnumMap<>(NamespaceType.class);
        for (int i = 0; i < linux.namespaces().size(); i++) {
            JsonPointer place = Pointers.NAMESPACES.child(i);
            if (findings.isUnreadable(place)) {
                continue;
            }
            NamespaceType type = linux.namespaces().get(i).type();
            Integer earlier = seen.putIfAbsent(type, i);
            if (earlier != null) {
                findings.violation(
                        place, "duplicate " + type + " namespace, already given by namespaces[" + earlier + "]");
            }
        }
    }

    /** Mappings without a user namespace would silently do nothing. */
    static void mappingsNeedUserNamespace(Linux linux, Findings findings) {
        if (!linux.hasNamespace(NamespaceType.USER)) {
            needsUserNamespace(linux.uidMappings(), "uidMappings", findings);
            needsUserNamespace(linux.gidMappings(), "gidMappings", findings);
        }
    }

    private static void needsUserNamespace(List<IdMapping> mappings, String name, Findings findings) {
        if (!mappings.isEmpty()) {
            findings.violation(Pointers.LINUX.child(name), "needs a user namespace in linux.namespaces");
        }
    }

    /** In a user namespace without a mapping no id of the process could be set. */
    static void newUserNamespaceNeedsMappings(Linux linux, Findings findings) {
        if (linux.createsNamespace(NamespaceType.USER)) {
            needsMappings(linux.uidMappings(), "uidMappings", findings);
            needsMappings(linux.gidMappings(), "gidMappings", findings);
        }
    }

    private static void needsMappings(List<IdMapping> mappings, String name, Findings findings) {
        if (mappings.isEmpty()) {
            findings.violation(Pointers.LINUX.child(name), "needed for the new user namespace in linux.namespaces");
        }
    }

    /** Offsets can be set only before the first process enters, so never in a joined namespace (time_namespaces(7)). */
    static void timeOffsetsNeedNewTimeNamespace(Linux linux, Findings findings) {
        if (linux.timeOffsets().isEmpty() || linux.createsNamespace(NamespaceType.TIME)) {
            return;
        }
        Namespace joined = linux.namespace(NamespaceType.TIME);
        findings.violation(
                Pointers.LINUX.child("timeOffsets"),
                joined == null
                        ? "needs a time namespace in linux.namespaces"
                        : "cannot be set in a time namespace that is joined by path");
    }

    /** Masks and read-only paths are mounts: without a mount namespace they would hit the host. */
    static void pathRestrictionsNeedMountNamespace(Linux linux, Findings findings) {
        if (!linux.hasNamespace(NamespaceType.MOUNT)) {
            needsMountNamespace(linux.maskedPaths(), "maskedPaths", findings);
            needsMountNamespace(linux.readonlyPaths(), "readonlyPaths", findings);
        }
    }

    private static void needsMountNamespace(List<String> paths, String name, Findings findings) {
        if (!paths.isEmpty()) {
            findings.violation(Pointers.LINUX.child(name), "needs a mount namespace in linux.namespaces");
        }
    }

    /** A device can only be moved somewhere else. */
    static void netDevicesNeedNetworkNamespace(Linux linux, Findings findings) {
        if (!linux.netDevices().isEmpty() && !linux.hasNamespace(NamespaceType.NETWORK)) {
            findings.violation(Pointers.LINUX.child("netDevices"), "needs a network namespace in linux.namespaces");
        }
    }

    /** The kernel's dev_valid_name(); {@code %d} in a new name is its own placeholder. */
    static void deviceNamesAreInterfaceNames(Linux linux, Findings findings) {
        for (Map.Entry<String, NetDevice> device : linux.netDevices().entrySet()) {
            JsonPointer pointer = Pointers.LINUX.child("netDevices").child(device.getKey());
            isInterfaceName(device.getKey(), pointer, findings);
            if (device.getValue().name().isPresent()) {
                isInterfaceName(device.getValue().name().get(), pointer.child("name"), findings);
            }
        }
    }

    private static void isInterfaceName(String name, JsonPointer pointer, Findings findings) {
        boolean valid = !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_INTERFACE_NAME;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            valid &= c != '/' && c != ':' && c > ' ';
        }
        if (!valid) {
            findings.violation(pointer, Quoted.of(name) + " is not a name of a network device");
        }
    }
}
