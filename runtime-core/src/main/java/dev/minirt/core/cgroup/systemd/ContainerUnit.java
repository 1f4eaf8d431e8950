package dev.minirt.core.cgroup.systemd;

import java.util.ArrayList;
import java.util.List;

/** The properties that a container's unit is started with. */
public final class ContainerUnit {
    /** Processes that are there when init is born: the one that holds the place until then, and init. */
    private static final long BORN_AMONG = 2;

    private ContainerUnit() {}

    /**
     * Describes a container's unit to people, and tells it from a unit of the same name that is somebody else's.
     *
     * @param id the container's id
     * @param stateDirectory absolute path of its state directory, which no other container has
     */
    public static String description(String id, String stateDirectory) {
        return "OCI container " + id + " (minirt, " + stateDirectory + ")";
    }

    /**
     * All properties but the processes.
     *
     * @param limits what stands for limits
     * @param asked what annotations ask for, which replaces what is the same otherwise
     */
    public static List<UnitProperty> properties(
            ScopeName name, String description, List<UnitProperty> limits, List<UnitProperty> asked) {
        var properties = new ArrayList<UnitProperty>();
        properties.add(UnitProperty.text("Description", description));
        if (name.isSlice()) {
            // What a slice lies in says its name.
            properties.add(new UnitProperty("Wants", new UnitValue.Texts(List.of(name.slice()))));
        } else {
            properties.add(UnitProperty.text("Slice", name.slice()));
            // The cgroup and all below it are ours: systemd neither puts processes there nor takes controllers away.
            properties.add(UnitProperty.flag("Delegate", true));
            // Nothing is left of a unit that failed, as by an OOM kill.
            properties.add(UnitProperty.text("CollectMode", "inactive-or-failed"));
        }
        // When the machine goes down the engine stops its containers, in its order.
        properties.add(UnitProperty.flag("DefaultDependencies", false));
        for (var accounting : new String[] {"CPUAccounting", "IOAccounting", "MemoryAccounting", "TasksAccounting"}) {
            properties.add(UnitProperty.flag(accounting, true));
        }
        for (var limit : limits) {
            properties.add(isTooFew(limit) ? UnitProperty.amount(limit.name(), BORN_AMONG) : limit);
        }
        for (var property : asked) {
            properties.removeIf(other -> other.name().equals(property.name()));
            properties.add(property);
        }
        return List.copyOf(properties);
    }

    /** Those of the limits that can take effect only when init is alone. */
    public static List<UnitProperty> late(List<UnitProperty> limits) {
        var late = new ArrayList<UnitProperty>();
        for (var limit : limits) {
            if (isTooFew(limit)) {
                late.add(limit);
            }
        }
        return late;
    }

    private static boolean isTooFew(UnitProperty limit) {
        return limit.name().equals("TasksMax")
                && limit.value() instanceof UnitValue.Amount(long amount)
                && amount >= 0
                && amount < BORN_AMONG;
    }
}
