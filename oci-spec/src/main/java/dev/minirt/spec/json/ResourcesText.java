package dev.minirt.spec.json;

import dev.minirt.spec.BlockIo;
import dev.minirt.spec.Cpu;
import dev.minirt.spec.DeviceRule;
import dev.minirt.spec.DeviceRuleType;
import dev.minirt.spec.Memory;
import dev.minirt.spec.Network;
import dev.minirt.spec.Resources;
import dev.minirt.spec.ThrottleDevice;
import dev.minirt.spec.WeightDevice;
import java.util.List;

/** Writes {@code linux.resources}. */
final class ResourcesText {
    private ResourcesText() {}

    static void members(Resources resources, JsonWriter out) {
        if (!resources.devices().isEmpty()) {
            out.beginArray("devices");
            resources.devices().forEach(rule -> deviceRule(rule, out));
            out.endArray();
        }
        resources.memory().ifPresent(memory -> memory(memory, out));
        resources.cpu().ifPresent(cpu -> cpu(cpu, out));
        resources
                .pids()
                .ifPresent(pids ->
                        out.beginObject("pids").ifPresent("limit", pids.limit()).endObject());
        resources.blockIO().ifPresent(blockIo -> blockIo(blockIo, out));
        if (!resources.hugepageLimits().isEmpty()) {
            out.beginArray("hugepageLimits");
            resources
                    .hugepageLimits()
                    .forEach(limit -> out.beginObject()
                            .member("pageSize", limit.pageSize())
                            .unsigned("limit", limit.limit())
                            .endObject());
            out.endArray();
        }
        resources.network().ifPresent(network -> network(network, out));
        if (!resources.rdma().isEmpty()) {
            out.beginObject("rdma");
            resources
                    .rdma()
                    .forEach((device, rdma) -> out.beginObject(device)
                            .ifPresent("hcaHandles", rdma.hcaHandles())
                            .ifPresent("hcaObjects", rdma.hcaObjects())
                            .endObject());
            out.endObject();
        }
        out.textsIfAny("unified", resources.unified());
    }

    private static void deviceRule(DeviceRule rule, JsonWriter out) {
        out.beginObject().member("allow", rule.allow());
        if (rule.type() != DeviceRuleType.ALL) {
            out.member("type", rule.type().specName());
        }
        out.ifPresent("major", rule.major())
                .ifPresent("minor", rule.minor())
                .member("access", rule.access())
                .endObject();
    }

    private static void memory(Memory memory, JsonWriter out) {
        out.beginObject("memory")
                .ifPresent("limit", memory.limit())
                .ifPresent("reservation", memory.reservation())
                .ifPresent("swap", memory.swap())
                .ifPresent("kernel", memory.kernel())
                .ifPresent("kernelTCP", memory.kernelTCP())
                .ifPresent("swappiness", memory.swappiness())
                .ifTrue("disableOOMKiller", memory.disableOOMKiller());
        memory.useHierarchy().ifPresent(value -> out.member("useHierarchy", value));
        out.ifTrue("checkBeforeUpdate", memory.checkBeforeUpdate()).endObject();
    }

    private static void cpu(Cpu cpu, JsonWriter out) {
        out.beginObject("cpu")
                .unsignedIfPresent("shares", cpu.shares())
                .ifPresent("quota", cpu.quota())
                .unsignedIfPresent("burst", cpu.burst())
                .unsignedIfPresent("period", cpu.period())
                .ifPresent("realtimeRuntime", cpu.realtimeRuntime())
                .unsignedIfPresent("realtimePeriod", cpu.realtimePeriod())
                .ifPresent("cpus", cpu.cpus())
                .ifPresent("mems", cpu.mems())
                .ifPresent("idle", cpu.idle())
                .endObject();
    }

    private static void blockIo(BlockIo blockIo, JsonWriter out) {
        out.beginObject("blockIO").ifPresent("weight", blockIo.weight()).ifPresent("leafWeight", blockIo.leafWeight());
        if (!blockIo.weightDevice().isEmpty()) {
            out.beginArray("weightDevice");
            blockIo.weightDevice().forEach(device -> weightDevice(device, out));
            out.endArray();
        }
        throttleDevices("throttleReadBpsDevice", blockIo.throttleReadBpsDevice(), out);
        throttleDevices("throttleWriteBpsDevice", blockIo.throttleWriteBpsDevice(), out);
        throttleDevices("throttleReadIOPSDevice", blockIo.throttleReadIOPSDevice(), out);
        throttleDevices("throttleWriteIOPSDevice", blockIo.throttleWriteIOPSDevice(), out);
        out.endObject();
    }

    private static void weightDevice(WeightDevice device, JsonWriter out) {
        out.beginObject()
                .member("major", device.major())
                .member("minor", device.minor())
                .ifPresent("weight", device.weight())
                .ifPresent("leafWeight", device.leafWeight())
                .endObject();
    }

    private static void throttleDevices(String name, List<ThrottleDevice> devices, JsonWriter out) {
        if (devices.isEmpty()) {
            return;
        }
        out.beginArray(name);
        for (ThrottleDevice device : devices) {
            out.beginObject()
                    .member("major", device.major())
                    .member("minor", device.minor())
                    .unsigned("rate", device.rate())
                    .endObject();
        }
        out.endArray();
    }

    private static void network(Network network, JsonWriter out) {
        out.beginObject("network").ifPresent("classID", network.classID());
        if (!network.priorities().isEmpty()) {
            out.beginArray("priorities");
            network.priorities()
                    .forEach(priority -> out.beginObject()
                            .member("name", priority.name())
                            .member("priority", priority.priority())
                            .endObject());
            out.endArray();
        }
        out.endObject();
    }
}
