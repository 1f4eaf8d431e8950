package dev.minirt.core.cgroup.systemd;

import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.linux.KernelText;
import dev.minirt.spec.IndexList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a cgroup as properties of its unit, as far as systemd has them: what it does not know of it takes back whenever it
 * applies its own values, at a daemon-reload for one. Made of the very values that are written to the cgroup's files, so that both always say the same:
 * systemd.resource-control(5) names the file of each property.
 *
 * <p>Where systemd is coarser than the kernel (a quota in whole percents of a processor) the property is the next larger value, and the
 * file, which is written afterwards, the exact one.
 */
public final class LimitProperties {
    private static final long INFINITY = -1;
    private static final long SECOND = 1_000_000;

    /** systemd keeps quotas in percents: of a second, ten milliseconds. */
    private static final long PERCENT = 10_000;

    private static final long DEFAULT_PERIOD = 100_000;
    private static final int LONGEST_MASK = 8192;

    private final Map<String, UnitProperty> properties = new LinkedHashMap<>();
    private final SystemdInstance systemd;

    private LimitProperties(SystemdInstance systemd) {
        this.systemd = systemd;
    }

    /**
     * The properties for settings that are written in this order, of which the last wins.
     *
     * @param systemd decides, by its version, what it knows
     */
    public static List<UnitProperty> of(List<CgroupSetting> settings, SystemdInstance systemd) {
        var limits = new LimitProperties(systemd);
        for (var setting : settings) {
            limits.add(setting.file(), setting.value());
        }
        return List.copyOf(limits.properties.values());
    }

    /**
     * Files whose exact values systemd may replace by its own coarser ones whenever it changes any property of the unit: to be written again then.
     */
    public static final List<String> COARSE = List.of("cpu.max", "pids.max", "io.weight", "io.bfq.weight");

    /**
     * The settings that are still to be written when systemd has set the properties: all, but for a weight beside idleness. The kernel takes
     * none for a cgroup that is idle, as systemd has made it by then, and forgets the one from before.
     */
    public static List<CgroupSetting> toWrite(List<CgroupSetting> settings, SystemdInstance systemd) {
        boolean idle = false;
        for (var setting : settings) {
            if (setting.file().equals("cpu.idle")) {
                idle = setting.value().equals("1");
            }
        }
        if (!idle || systemd.version() < SystemdInstance.KNOWS_IDLE) {
            return settings;
        }
        var others = new ArrayList<CgroupSetting>();
        for (var setting : settings) {
            if (!setting.file().equals("cpu.weight")) {
                others.add(setting);
            }
        }
        return others;
    }

    private void add(String file, String value) {
        switch (file) {
            case "memory.max" -> amount("MemoryMax", value);
            case "memory.high" -> amount("MemoryHigh", value);
            case "memory.low" -> amount("MemoryLow", value);
            case "memory.min" -> amount("MemoryMin", value);
            case "memory.swap.max" -> amount("MemorySwapMax", value);
            case "memory.zswap.max" -> {
                if (systemd.version() >= SystemdInstance.KNOWS_ZSWAP) {
                    amount("MemoryZSwapMax", value);
                }
            }
            case "pids.max" -> tasks(value);
            case "cpu.weight" -> amount("CPUWeight", value);
            case "cpu.idle" -> {
                if (value.equals("1") && systemd.version() >= SystemdInstance.KNOWS_IDLE) {
                    put(UnitProperty.amount("CPUWeight", 0));
                }
            }
            case "cpu.max" -> quota(value);
            case "cpuset.cpus" -> mask("AllowedCPUs", value);
            case "cpuset.mems" -> mask("AllowedMemoryNodes", value);
            case "io.weight" -> weight(value);
            case "io.bfq.weight" -> bfqWeight(value);
            case "io.max" -> throttle(value);
            default -> {
                // Not systemd's: hugetlb, rdma, misc, cpu.max.burst and what kernels to come have.
            }
        }
    }

    private void put(UnitProperty property) {
        properties.put(property.name(), property);
    }

    /** What the kernel would refuse is none of systemd's business: writing the file will say so. */
    private void amount(String name, String value) {
        var amount = number(value);
        if (amount != null) {
            put(UnitProperty.amount(name, amount));
        }
    }

    /** systemd has no limit of zero: then one, and the file says the rest. */
    private void tasks(String value) {
        var amount = number(value);
        if (amount != null) {
            put(UnitProperty.amount("TasksMax", amount == 0 ? 1 : amount));
        }
    }

    private void quota(String value) {
        int space = value.indexOf(' ');
        var quota = number(space < 0 ? value : value.substring(0, space));
        var period = space < 0 ? Long.valueOf(DEFAULT_PERIOD) : number(value.substring(space + 1));
        if (quota == null || period == null || period <= 0 || quota < INFINITY || quota == 0) {
            return;
        }
        put(UnitProperty.amount("CPUQuotaPerSecUSec", quota == INFINITY ? INFINITY : perSecond(quota, period)));
        put(UnitProperty.amount("CPUQuotaPeriodUSec", period));
    }

    private static long perSecond(long quota, long period) {
        if (quota > Long.MAX_VALUE / SECOND - 1) {
            return INFINITY;
        }
        long exact = (quota * SECOND + period - 1) / period;
        return (exact + PERCENT - 1) / PERCENT * PERCENT;
    }

    private void mask(String name, String list) {
        var numbers = numbers(list);
        if (numbers != null) {
            put(new UnitProperty(name, new UnitValue.Mask(numbers)));
        }
    }

    /** Null if it is no list. */
    static @Nullable List<Integer> numbers(String list) {
        var indices = IndexList.read(list, LONGEST_MASK);
        if (indices == null) {
            return null;
        }
        var numbers = new ArrayList<Integer>();
        for (int index = indices.nextSetBit(0); index >= 0; index = indices.nextSetBit(index + 1)) {
            numbers.add(index);
        }
        return numbers;
    }

    private void weight(String value) {
        var words = KernelText.words(value);
        if (words.size() == 1) {
            amount("IOWeight", words.getFirst());
        } else if (words.size() == 2 && words.getFirst().equals("default")) {
            amount("IOWeight", words.get(1));
        } else if (words.size() == 2) {
            device("IODeviceWeight", words.getFirst(), number(words.get(1)));
        }
    }

    /** systemd writes to this file a weight that it derives from IOWeight: what it derives this one from. */
    private void bfqWeight(String value) {
        var words = KernelText.words(value);
        var weight = number(words.isEmpty() ? "" : words.getLast());
        if (weight == null || weight < 1 || weight > 1000) {
            return;
        }
        long origin = weight <= 100 ? weight : 100 + (weight - 100) * 11;
        if (words.size() == 1 || words.getFirst().equals("default")) {
            put(UnitProperty.amount("IOWeight", origin));
        } else if (words.size() == 2) {
            device("IODeviceWeight", words.getFirst(), origin);
        }
    }

    /** {@code MAJOR:MINOR rbps=N wbps=N riops=N wiops=N}, any of them. */
    private void throttle(String value) {
        var words = KernelText.words(value);
        for (int i = 1; i < words.size(); i++) {
            int equals = words.get(i).indexOf('=');
            var name = equals < 0
                    ? null
                    : switch (words.get(i).substring(0, equals)) {
                        case "rbps" -> "IOReadBandwidthMax";
                        case "wbps" -> "IOWriteBandwidthMax";
                        case "riops" -> "IOReadIOPSMax";
                        case "wiops" -> "IOWriteIOPSMax";
                        default -> null;
                    };
            if (name != null) {
                device(name, words.getFirst(), number(words.get(i).substring(equals + 1)));
            }
        }
    }

    private void device(String name, String numbers, @Nullable Long amount) {
        if (amount == null) {
            return;
        }
        var amounts = new ArrayList<UnitValue.DeviceAmount>();
        var path = "/dev/block/" + numbers;
        if (properties.get(name) instanceof UnitProperty(var _, UnitValue.DeviceAmounts(var others))) {
            for (var other : others) {
                if (!other.path().equals(path)) {
                    amounts.add(other);
                }
            }
        }
        amounts.add(new UnitValue.DeviceAmount(path, amount));
        put(new UnitProperty(name, new UnitValue.DeviceAmounts(amounts)));
    }

    /** Null if it is none. */
    private static @Nullable Long number(String text) {
        if (text.equals("max")) {
            return INFINITY;
        }
        try {
            return text.startsWith("+") ? null : (Long) Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
