package dev.minirt.spec.json;

import dev.minirt.spec.BlockIo;
import dev.minirt.spec.Cpu;
import dev.minirt.spec.DeviceRule;
import dev.minirt.spec.DeviceRuleType;
import dev.minirt.spec.HugepageLimit;
import dev.minirt.spec.InterfacePriority;
import dev.minirt.spec.Memory;
import dev.minirt.spec.Network;
import dev.minirt.spec.Pids;
import dev.minirt.spec.Rdma;
import dev.minirt.spec.Resources;
import dev.minirt.spec.ThrottleDevice;
import dev.minirt.spec.WeightDevice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads {@code linux.resources} (config-linux.md, Control groups). */
final class ResourcesBinding {
    private static final String ALL_ACCESS = "rwm";

    private final JsonCursor in;

    ResourcesBinding(JsonCursor in) {
        this.in = in;
    }

    Resources resources() {
        List<DeviceRule> devices = List.of();
        Memory memory = null;
        Cpu cpu = null;
        Pids pids = null;
        BlockIo blockIo = null;
        List<HugepageLimit> hugepageLimits = List.of();
        Network network = null;
        Map<String, Rdma> rdma = Map.of();
        Map<String, String> unified = Map.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "devices" -> devices = in.list(this::deviceRule);
                    case "memory" -> memory = memory();
                    case "cpu" -> cpu = cpu();
                    case "pids" -> pids = pids();
                    case "blockIO" -> blockIo = blockIo();
                    case "hugepageLimits" -> hugepageLimits = in.list(this::hugepageLimit);
                    case "network" -> network = network();
                    case "rdma" -> rdma = in.map(this::rdma);
                    case "unified" -> unified = in.stringMap();
                    default -> in.unknownMember();
                }
            }
        }
        return new Resources(
                devices,
                Optional.ofNullable(memory),
                Optional.ofNullable(cpu),
                Optional.ofNullable(pids),
                Optional.ofNullable(blockIo),
                hugepageLimits,
                Optional.ofNullable(network),
                rdma,
                unified);
    }

    private DeviceRule deviceRule() {
        Boolean allow = null;
        DeviceRuleType type = DeviceRuleType.ALL;
        OptionalLong major = OptionalLong.empty();
        OptionalLong minor = OptionalLong.empty();
        String access = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "allow" -> allow = in.bool();
                    case "type" -> type = in.word(ResourcesBinding::ruleType, "device type");
                    case "major" -> major = numberOrAny();
                    case "minor" -> minor = numberOrAny();
                    case "access" -> access = in.nonEmptyString();
                    default -> in.unknownMember();
                }
            }
        }
        boolean allowed = in.required(allow, "allow", false);
        return new DeviceRule(
                allowed, type != null ? type : DeviceRuleType.ALL, major, minor, access != null ? access : ALL_ACCESS);
    }

    private static @Nullable DeviceRuleType ruleType(String word) {
        return word.isEmpty() ? DeviceRuleType.ALL : DeviceRuleType.named(word);
    }

    private OptionalLong numberOrAny() {
        long number = in.integer(-1L, 0xFFFF_FFFFL);
        return number == -1 ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private Memory memory() {
        OptionalLong limit = OptionalLong.empty();
        OptionalLong reservation = OptionalLong.empty();
        OptionalLong swap = OptionalLong.empty();
        OptionalLong kernel = OptionalLong.empty();
        OptionalLong kernelTcp = OptionalLong.empty();
        OptionalLong swappiness = OptionalLong.empty();
        boolean disableOomKiller = false;
        Optional<Boolean> useHierarchy = Optional.empty();
        boolean checkBeforeUpdate = false;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "limit" -> limit = sizeOrUnlimited();
                    case "reservation" -> reservation = sizeOrUnlimited();
                    case "swap" -> swap = sizeOrUnlimited();
                    case "kernel" -> kernel = sizeOrUnlimited();
                    case "kernelTCP" -> kernelTcp = sizeOrUnlimited();
                    case "swappiness" -> swappiness = OptionalLong.of(in.integer(0, 100));
                    case "disableOOMKiller" -> disableOomKiller = in.bool();
                    case "useHierarchy" -> useHierarchy = Optional.of(in.bool());
                    case "checkBeforeUpdate" -> checkBeforeUpdate = in.bool();
                    default -> in.unknownMember();
                }
            }
        }
        return new Memory(
                limit,
                reservation,
                swap,
                kernel,
                kernelTcp,
                swappiness,
                disableOomKiller,
                useHierarchy,
                checkBeforeUpdate);
    }

    private OptionalLong sizeOrUnlimited() {
        return OptionalLong.of(in.integer(-1L, Long.MAX_VALUE));
    }

    private Cpu cpu() {
        OptionalLong shares = OptionalLong.empty();
        OptionalLong quota = OptionalLong.empty();
        OptionalLong burst = OptionalLong.empty();
        OptionalLong period = OptionalLong.empty();
        OptionalLong realtimeRuntime = OptionalLong.empty();
        OptionalLong realtimePeriod = OptionalLong.empty();
        String cpus = null;
        String mems = null;
        OptionalLong idle = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "shares" -> shares = OptionalLong.of(in.uint64());
                    case "quota" -> quota = OptionalLong.of(in.int64());
                    case "burst" -> burst = OptionalLong.of(in.uint64());
                    case "period" -> period = OptionalLong.of(in.uint64());
                    case "realtimeRuntime" -> realtimeRuntime = OptionalLong.of(in.int64());
                    case "realtimePeriod" -> realtimePeriod = OptionalLong.of(in.uint64());
                    case "cpus" -> cpus = in.nonEmptyString();
                    case "mems" -> mems = in.nonEmptyString();
                    case "idle" -> idle = OptionalLong.of(in.integer(0, 1));
                    default -> in.unknownMember();
                }
            }
        }
        return new Cpu(
                shares,
                quota,
                burst,
                period,
                realtimeRuntime,
                realtimePeriod,
                Optional.ofNullable(cpus),
                Optional.ofNullable(mems),
                idle);
    }

    private Pids pids() {
        OptionalLong limit = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "limit" -> limit = sizeOrUnlimited();
                    default -> in.unknownMember();
                }
            }
        }
        return new Pids(limit);
    }

    private BlockIo blockIo() {
        OptionalInt weight = OptionalInt.empty();
        OptionalInt leafWeight = OptionalInt.empty();
        List<WeightDevice> weightDevice = List.of();
        List<ThrottleDevice> readBps = List.of();
        List<ThrottleDevice> writeBps = List.of();
        List<ThrottleDevice> readIops = List.of();
        List<ThrottleDevice> writeIops = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "weight" -> weight = weight();
                    case "leafWeight" -> leafWeight = weight();
                    case "weightDevice" -> weightDevice = in.list(this::weightDevice);
                    case "throttleReadBpsDevice" -> readBps = in.list(this::throttleDevice);
                    case "throttleWriteBpsDevice" -> writeBps = in.list(this::throttleDevice);
                    case "throttleReadIOPSDevice" -> readIops = in.list(this::throttleDevice);
                    case "throttleWriteIOPSDevice" -> writeIops = in.list(this::throttleDevice);
                    default -> in.unknownMember();
                }
            }
        }
        return new BlockIo(weight, leafWeight, weightDevice, readBps, writeBps, readIops, writeIops);
    }

    private OptionalInt weight() {
        return OptionalInt.of(in.integer(0, 0xFFFF));
    }

    private WeightDevice weightDevice() {
        OptionalLong major = OptionalLong.empty();
        OptionalLong minor = OptionalLong.empty();
        OptionalInt weight = OptionalInt.empty();
        OptionalInt leafWeight = OptionalInt.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "major" -> major = OptionalLong.of(in.int64());
                    case "minor" -> minor = OptionalLong.of(in.int64());
                    case "weight" -> weight = weight();
                    case "leafWeight" -> leafWeight = weight();
                    default -> in.unknownMember();
                }
            }
        }
        return new WeightDevice(in.required(major, "major"), in.required(minor, "minor"), weight, leafWeight);
    }

    private ThrottleDevice throttleDevice() {
        OptionalLong major = OptionalLong.empty();
        OptionalLong minor = OptionalLong.empty();
        OptionalLong rate = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "major" -> major = OptionalLong.of(in.int64());
                    case "minor" -> minor = OptionalLong.of(in.int64());
                    case "rate" -> rate = OptionalLong.of(in.uint64());
                    default -> in.unknownMember();
                }
            }
        }
        return new ThrottleDevice(in.required(major, "major"), in.required(minor, "minor"), in.required(rate, "rate"));
    }

    private HugepageLimit hugepageLimit() {
        String pageSize = null;
        OptionalLong limit = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "pageSize" -> pageSize = in.string();
                    case "limit" -> limit = OptionalLong.of(in.uint64());
                    default -> in.unknownMember();
                }
            }
        }
        return new HugepageLimit(in.required(pageSize, "pageSize", ""), in.required(limit, "limit"));
    }

    private Network network() {
        OptionalLong classId = OptionalLong.empty();
        List<InterfacePriority> priorities = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "classID" -> classId = OptionalLong.of(in.uint32());
                    case "priorities" -> priorities = in.list(this::interfacePriority);
                    default -> in.unknownMember();
                }
            }
        }
        return new Network(classId, priorities);
    }

    private InterfacePriority interfacePriority() {
        String interfaceName = null;
        OptionalLong priority = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "name" -> interfaceName = in.string();
                    case "priority" -> priority = OptionalLong.of(in.uint32());
                    default -> in.unknownMember();
                }
            }
        }
        return new InterfacePriority(in.required(interfaceName, "name", ""), in.required(priority, "priority"));
    }

    private Rdma rdma() {
        OptionalLong handles = OptionalLong.empty();
        OptionalLong objects = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "hcaHandles" -> handles = OptionalLong.of(in.uint32());
                    case "hcaObjects" -> objects = OptionalLong.of(in.uint32());
                    default -> in.unknownMember();
                }
            }
        }
        return new Rdma(handles, objects);
    }
}
