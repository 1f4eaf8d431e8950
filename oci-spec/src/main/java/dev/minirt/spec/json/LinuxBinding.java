package dev.minirt.spec.json;

import dev.minirt.spec.Clock;
import dev.minirt.spec.Device;
import dev.minirt.spec.DeviceType;
import dev.minirt.spec.IdMapping;
import dev.minirt.spec.IntelRdt;
import dev.minirt.spec.Linux;
import dev.minirt.spec.MemoryPolicy;
import dev.minirt.spec.MemoryPolicyFlag;
import dev.minirt.spec.MemoryPolicyMode;
import dev.minirt.spec.Namespace;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.NetDevice;
import dev.minirt.spec.Personality;
import dev.minirt.spec.PersonalityDomain;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Resources;
import dev.minirt.spec.RootfsPropagation;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.TimeOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads {@code linux} (config-linux.md) but for its larger parts. */
final class LinuxBinding {
    private final JsonCursor in;
    private final ResourcesBinding resources;
    private final SeccompBinding seccomp;
    private final boolean withSeccomp;

    LinuxBinding(JsonCursor in, boolean withSeccomp) {
        this.in = in;
        this.withSeccomp = withSeccomp;
        this.resources = new ResourcesBinding(in);
        this.seccomp = new SeccompBinding(in);
    }

    private @Nullable Seccomp seccomp() {
        if (withSeccomp) {
            return seccomp.seccomp();
        }
        in.ignore();
        return null;
    }

    Linux linux() {
        List<Namespace> namespaces = List.of();
        List<IdMapping> uidMappings = List.of();
        List<IdMapping> gidMappings = List.of();
        Map<Clock, TimeOffset> timeOffsets = Map.of();
        List<Device> devices = List.of();
        Map<String, NetDevice> netDevices = Map.of();
        String cgroupsPath = null;
        Resources theResources = null;
        IntelRdt intelRdt = null;
        MemoryPolicy memoryPolicy = null;
        Map<String, String> sysctl = Map.of();
        Seccomp theSeccomp = null;
        RootfsPropagation rootfsPropagation = null;
        List<String> maskedPaths = List.of();
        List<String> readonlyPaths = List.of();
        String mountLabel = null;
        Personality personality = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "namespaces" -> namespaces = in.list(this::namespace);
                    case "uidMappings" -> uidMappings = in.list(() -> SpecBinding.idMapping(in));
                    case "gidMappings" -> gidMappings = in.list(() -> SpecBinding.idMapping(in));
                    case "timeOffsets" -> timeOffsets = timeOffsets();
                    case "devices" -> devices = in.list(this::device);
                    case "netDevices" -> netDevices = in.map(this::netDevice);
                    case "cgroupsPath" -> cgroupsPath = in.nonEmptyString();
                    case "resources" -> theResources = resources.resources();
                    case "intelRdt" -> intelRdt = intelRdt();
                    case "memoryPolicy" -> memoryPolicy = memoryPolicy();
                    case "sysctl" -> sysctl = in.stringMap();
                    case "seccomp" -> theSeccomp = seccomp();
                    case "rootfsPropagation" -> rootfsPropagation = rootfsPropagation();
                    case "maskedPaths" -> maskedPaths = in.strings();
                    case "readonlyPaths" -> readonlyPaths = in.strings();
                    case "mountLabel" -> mountLabel = in.nonEmptyString();
                    case "personality" -> personality = personality();
                    default -> in.unknownMember();
                }
            }
        }
        return new Linux(
                namespaces,
                uidMappings,
                gidMappings,
                timeOffsets,
                devices,
                netDevices,
                Optional.ofNullable(cgroupsPath),
                Optional.ofNullable(theResources),
                Optional.ofNullable(intelRdt),
                Optional.ofNullable(memoryPolicy),
                sysctl,
                Optional.ofNullable(theSeccomp),
                Optional.ofNullable(rootfsPropagation),
                maskedPaths,
                readonlyPaths,
                Optional.ofNullable(mountLabel),
                Optional.ofNullable(personality));
    }

    private Namespace namespace() {
        NamespaceType type = null;
        String path = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "type" -> type = in.word(NamespaceType::named, "namespace type");
                    case "path" -> path = in.nonEmptyString();
                    default -> in.unknownMember();
                }
            }
        }
        return new Namespace(in.required(type, "type", NamespaceType.PID), Optional.ofNullable(path));
    }

    private Map<Clock, TimeOffset> timeOffsets() {
        Map<Clock, TimeOffset> offsets = new EnumMap<>(Clock.class);
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                @Nullable Clock clock = Clock.named(name);
                if (clock == null) {
                    in.violation("unknown clock " + Quoted.of(name) + "; a time namespace has monotonic and boottime");
                    in.ignore();
                } else {
                    offsets.put(clock, timeOffset());
                }
            }
        }
        return offsets;
    }

    private TimeOffset timeOffset() {
        long secs = 0;
        long nanosecs = 0;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "secs" -> secs = in.int64();
                    case "nanosecs" -> nanosecs = in.integer(0, 999_999_999);
                    default -> in.unknownMember();
                }
            }
        }
        return new TimeOffset(secs, nanosecs);
    }

    private Device device() {
        String path = null;
        DeviceType type = null;
        OptionalLong major = OptionalLong.empty();
        OptionalLong minor = OptionalLong.empty();
        OptionalInt fileMode = OptionalInt.empty();
        OptionalLong uid = OptionalLong.empty();
        OptionalLong gid = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "path" -> path = in.string();
                    case "type" -> type = in.word(LinuxBinding::deviceType, "device type");
                    case "major" -> major = OptionalLong.of(in.int64());
                    case "minor" -> minor = OptionalLong.of(in.int64());
                    case "fileMode" -> fileMode = OptionalInt.of(in.integer(0, 0177777));
                    case "uid" -> uid = OptionalLong.of(in.id());
                    case "gid" -> gid = OptionalLong.of(in.id());
                    default -> in.unknownMember();
                }
            }
        }
        String thePath = in.required(path, "path", "");
        DeviceType theType = in.required(type, "type", DeviceType.FIFO);
        if (theType == DeviceType.FIFO) {
            return new Device(thePath, theType, 0, 0, fileMode, uid, gid);
        }
        return new Device(
                thePath, theType, in.required(major, "major"), in.required(minor, "minor"), fileMode, uid, gid);
    }

    private static @Nullable DeviceType deviceType(String word) {
        return word.equals("u") ? DeviceType.CHARACTER : DeviceType.named(word);
    }

    private NetDevice netDevice() {
        String newName = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "name" -> newName = in.nonEmptyString();
                    default -> in.unknownMember();
                }
            }
        }
        return new NetDevice(Optional.ofNullable(newName));
    }

    private IntelRdt intelRdt() {
        String closId = null;
        List<String> schemata = List.of();
        String l3CacheSchema = null;
        String memBwSchema = null;
        boolean enableMonitoring = false;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "closID" -> closId = in.nonEmptyString();
                    case "schemata" -> schemata = in.strings();
                    case "l3CacheSchema" -> l3CacheSchema = in.nonEmptyString();
                    case "memBwSchema" -> memBwSchema = in.nonEmptyString();
                    case "enableMonitoring" -> enableMonitoring = in.bool();
                    default -> in.unknownMember();
                }
            }
        }
        return new IntelRdt(
                Optional.ofNullable(closId),
                schemata,
                Optional.ofNullable(l3CacheSchema),
                Optional.ofNullable(memBwSchema),
                enableMonitoring);
    }

    private MemoryPolicy memoryPolicy() {
        MemoryPolicyMode mode = null;
        String nodes = null;
        List<MemoryPolicyFlag> flags = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "mode" -> mode = in.word(MemoryPolicyMode::named, "memory policy mode");
                    case "nodes" -> nodes = in.nonEmptyString();
                    case "flags" -> flags = in.list(() -> in.word(MemoryPolicyFlag::named, "memory policy flag"));
                    default -> in.unknownMember();
                }
            }
        }
        return new MemoryPolicy(in.required(mode, "mode", MemoryPolicyMode.DEFAULT), Optional.ofNullable(nodes), flags);
    }

    private @Nullable RootfsPropagation rootfsPropagation() {
        String word = in.nonEmptyString();
        RootfsPropagation propagation = word == null ? null : RootfsPropagation.named(word);
        if (word != null && propagation == null) {
            in.violation("unknown propagation " + Quoted.of(word));
        }
        return propagation;
    }

    private Personality personality() {
        PersonalityDomain domain = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "domain" -> domain = in.word(PersonalityDomain::named, "execution domain");
                    case "flags" -> in.list(this::personalityFlag);
                    default -> in.unknownMember();
                }
            }
        }
        return new Personality(in.required(domain, "domain", PersonalityDomain.LINUX));
    }

    private @Nullable String personalityFlag() {
        return in.word(_ -> null, "personality flag (the spec defines none)");
    }
}
