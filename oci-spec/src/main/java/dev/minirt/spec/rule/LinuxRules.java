package dev.minirt.spec.rule;

import dev.minirt.spec.Device;
import dev.minirt.spec.DeviceType;
import dev.minirt.spec.IntelRdt;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Linux;
import dev.minirt.spec.MemoryPolicy;
import dev.minirt.spec.MemoryPolicyFlag;
import dev.minirt.spec.MemoryPolicyMode;
import dev.minirt.spec.Quoted;
import java.util.List;
import java.util.Optional;

/** Rules of {@code linux} that concern neither namespaces nor resources nor seccomp (config-linux.md). */
final class LinuxRules {
    /** Bits of the two device numbers in the kernel's dev_t. */
    private static final long MAX_MAJOR = (1 << 12) - 1;

    private static final long MAX_MINOR = (1 << 20) - 1;

    private LinuxRules() {}

    static void check(Linux linux, Findings findings) {
        for (int i = 0; i < linux.devices().size(); i++) {
            JsonPointer pointer = Pointers.LINUX.child("devices").child(i);
            devicePathIsAbsolute(linux.devices().get(i), pointer, findings);
            deviceNumbersExist(linux.devices().get(i), pointer, findings);
        }
        pathsAreAbsolute(linux.maskedPaths(), Pointers.LINUX.child("maskedPaths"), findings);
        pathsAreAbsolute(linux.readonlyPaths(), Pointers.LINUX.child("readonlyPaths"), findings);
        if (linux.intelRdt().isPresent()) {
            IntelRdt intelRdt = linux.intelRdt().get();
            closIdIsOneDirectory(intelRdt, findings);
            schemataAreLines(intelRdt, findings);
        }
        if (linux.memoryPolicy().isPresent()) {
            JsonPointer pointer = Pointers.LINUX.child("memoryPolicy");
            nodesFitMode(linux.memoryPolicy().get(), pointer, findings);
            flagsFitMode(linux.memoryPolicy().get(), pointer, findings);
        }
    }

    /** "full path to device inside container". */
    static void devicePathIsAbsolute(Device device, JsonPointer pointer, Findings findings) {
        if (!device.path().startsWith("/")) {
            findings.violation(pointer.child("path"), "must be an absolute path, got " + Quoted.of(device.path()));
        }
    }

    /** mknod(2) would silently cut larger numbers. */
    static void deviceNumbersExist(Device device, JsonPointer pointer, Findings findings) {
        if (device.type() != DeviceType.FIFO) {
            isWithin(device.major(), MAX_MAJOR, pointer.child("major"), findings);
            isWithin(device.minor(), MAX_MINOR, pointer.child("minor"), findings);
        }
    }

    private static void isWithin(long number, long max, JsonPointer pointer, Findings findings) {
        if (number < 0 || number > max) {
            findings.violation(pointer, "must be between 0 and " + max + ", got " + number);
        }
    }

    /** "The values MUST be absolute paths in the container namespace". */
    static void pathsAreAbsolute(List<String> paths, JsonPointer pointer, Findings findings) {
        for (int i = 0; i < paths.size(); i++) {
            if (!paths.get(i).startsWith("/")) {
                findings.violation(pointer.child(i), "must be an absolute path, got " + Quoted.of(paths.get(i)));
            }
        }
    }

    /** The name becomes a directory of resctrl; only {@code /} stands for resctrl itself. */
    static void closIdIsOneDirectory(IntelRdt intelRdt, Findings findings) {
        String closId = intelRdt.closID().orElse("/");
        boolean escapes = closId.equals(".") || closId.equals("..") || closId.indexOf('/') >= 0;
        if (escapes && !closId.equals("/")) {
            findings.violation(
                    JsonPointer.of("/linux/intelRdt/closID"), Quoted.of(closId) + " is not a name of one directory");
        }
    }

    /** Each schema is one line; that of memory bandwidth MUST start with {@code MB:}. */
    static void schemataAreLines(IntelRdt intelRdt, Findings findings) {
        JsonPointer pointer = JsonPointer.of("/linux/intelRdt");
        isLine(intelRdt.l3CacheSchema(), pointer.child("l3CacheSchema"), findings);
        isLine(intelRdt.memBwSchema(), pointer.child("memBwSchema"), findings);
        if (!intelRdt.memBwSchema().orElse("MB:").startsWith("MB:")) {
            findings.violation(pointer.child("memBwSchema"), "must start with MB:");
        }
        for (int i = 0; i < intelRdt.schemata().size(); i++) {
            isLine(
                    Optional.of(intelRdt.schemata().get(i)),
                    pointer.child("schemata").child(i),
                    findings);
        }
    }

    private static void isLine(Optional<String> schema, JsonPointer pointer, Findings findings) {
        if (schema.isPresent() && schema.get().indexOf('\n') >= 0) {
            findings.violation(pointer, "must not have a line break");
        }
    }

    /** set_mempolicy(2): some modes need nodes, some must have none. */
    static void nodesFitMode(MemoryPolicy policy, JsonPointer pointer, Findings findings) {
        if (findings.isUnreadable(pointer)) {
            return;
        }
        Optional<String> nodes = policy.nodes();
        IndexLists.require(nodes, pointer.child("nodes"), findings);
        switch (policy.mode()) {
            case DEFAULT, LOCAL -> {
                if (nodes.isPresent()) {
                    findings.violation(pointer.child("nodes"), policy.mode() + " has no nodes");
                }
            }
            case BIND, INTERLEAVE, PREFERRED_MANY, WEIGHTED_INTERLEAVE -> {
                if (nodes.isEmpty()) {
                    findings.violation(pointer.child("nodes"), policy.mode() + " needs at least one node");
                }
            }
            case PREFERRED -> {}
        }
    }

    /** set_mempolicy(2): flags that exclude each other, and one that is for two modes only. */
    static void flagsFitMode(MemoryPolicy policy, JsonPointer pointer, Findings findings) {
        if (findings.isUnreadable(pointer)) {
            return;
        }
        List<MemoryPolicyFlag> flags = policy.flags();
        if (flags.contains(MemoryPolicyFlag.STATIC_NODES) && flags.contains(MemoryPolicyFlag.RELATIVE_NODES)) {
            findings.violation(
                    pointer.child("flags"),
                    MemoryPolicyFlag.STATIC_NODES + " and " + MemoryPolicyFlag.RELATIVE_NODES + " exclude each other");
        }
        boolean balances = policy.mode() == MemoryPolicyMode.BIND || policy.mode() == MemoryPolicyMode.PREFERRED_MANY;
        if (flags.contains(MemoryPolicyFlag.NUMA_BALANCING) && !balances) {
            findings.violation(
                    pointer.child("flags"),
                    MemoryPolicyFlag.NUMA_BALANCING + " is for MPOL_BIND and MPOL_PREFERRED_MANY only");
        }
    }
}
