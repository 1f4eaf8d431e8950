package dev.minirt.spec.json;

import dev.minirt.spec.Clock;
import dev.minirt.spec.Device;
import dev.minirt.spec.DeviceType;
import dev.minirt.spec.IntelRdt;
import dev.minirt.spec.Linux;
import dev.minirt.spec.NetDevice;
import dev.minirt.spec.RootfsPropagation;
import dev.minirt.spec.TimeOffset;
import java.util.Map;

/** Writes {@code linux} but for its larger parts. */
final class LinuxText {
    private LinuxText() {}

    static void write(Linux linux, JsonWriter out) {
        out.beginObject("linux");
        SpecText.idMappings("uidMappings", linux.uidMappings(), out);
        SpecText.idMappings("gidMappings", linux.gidMappings(), out);
        timeOffsets(linux.timeOffsets(), out);
        out.textsIfAny("sysctl", linux.sysctl());
        linux.resources().ifPresent(resources -> {
            out.beginObject("resources");
            ResourcesText.members(resources, out);
            out.endObject();
        });
        out.ifPresent("cgroupsPath", linux.cgroupsPath());
        namespaces(linux, out);
        devices(linux, out);
        netDevices(linux.netDevices(), out);
        linux.seccomp().ifPresent(seccomp -> SeccompText.write(seccomp, out));
        out.ifPresent("rootfsPropagation", linux.rootfsPropagation().map(RootfsPropagation::specName))
                .textsIfAny("maskedPaths", linux.maskedPaths())
                .textsIfAny("readonlyPaths", linux.readonlyPaths())
                .ifPresent("mountLabel", linux.mountLabel());
        linux.intelRdt().ifPresent(intelRdt -> intelRdt(intelRdt, out));
        linux.memoryPolicy()
                .ifPresent(policy -> out.beginObject("memoryPolicy")
                        .member("mode", policy.mode().specName())
                        .ifPresent("nodes", policy.nodes())
                        .textsIfAny("flags", policy.flags())
                        .endObject());
        linux.personality()
                .ifPresent(personality -> out.beginObject("personality")
                        .member("domain", personality.domain().specName())
                        .endObject());
        out.endObject();
    }

    private static void namespaces(Linux linux, JsonWriter out) {
        if (linux.namespaces().isEmpty()) {
            return;
        }
        out.beginArray("namespaces");
        linux.namespaces()
                .forEach(namespace -> out.beginObject()
                        .member("type", namespace.type().specName())
                        .ifPresent("path", namespace.path())
                        .endObject());
        out.endArray();
    }

    private static void timeOffsets(Map<Clock, TimeOffset> offsets, JsonWriter out) {
        if (offsets.isEmpty()) {
            return;
        }
        out.beginObject("timeOffsets");
        offsets.forEach((clock, offset) -> out.beginObject(clock.specName())
                .member("secs", offset.secs())
                .member("nanosecs", offset.nanosecs())
                .endObject());
        out.endObject();
    }

    private static void devices(Linux linux, JsonWriter out) {
        if (linux.devices().isEmpty()) {
            return;
        }
        out.beginArray("devices");
        linux.devices().forEach(device -> device(device, out));
        out.endArray();
    }

    private static void device(Device device, JsonWriter out) {
        out.beginObject()
                .member("path", device.path())
                .member("type", device.type().specName());
        if (device.type() != DeviceType.FIFO) {
            out.member("major", device.major()).member("minor", device.minor());
        }
        out.ifPresent("fileMode", device.fileMode())
                .ifPresent("uid", device.uid())
                .ifPresent("gid", device.gid())
                .endObject();
    }

    private static void netDevices(Map<String, NetDevice> devices, JsonWriter out) {
        if (devices.isEmpty()) {
            return;
        }
        out.beginObject("netDevices");
        devices.forEach((name, device) ->
                out.beginObject(name).ifPresent("name", device.name()).endObject());
        out.endObject();
    }

    private static void intelRdt(IntelRdt intelRdt, JsonWriter out) {
        out.beginObject("intelRdt")
                .ifPresent("closID", intelRdt.closID())
                .textsIfAny("schemata", intelRdt.schemata())
                .ifPresent("l3CacheSchema", intelRdt.l3CacheSchema())
                .ifPresent("memBwSchema", intelRdt.memBwSchema())
                .ifTrue("enableMonitoring", intelRdt.enableMonitoring())
                .endObject();
    }
}
