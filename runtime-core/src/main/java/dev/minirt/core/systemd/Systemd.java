package dev.minirt.core.systemd;

import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.cgroup.systemd.UnitProperty;
import java.util.List;
import java.util.Optional;

/**
 * A connection to a systemd, system or user. All its methods together, and those of all connections of a command, take no longer than its {@link Patience};
 * they throw {@link SystemdException} where systemd refuses, says nothing any more, or goes away.
 */
public interface Systemd extends AutoCloseable {
    /** The systemd, as it describes itself. */
    SystemdInstance instance();

    /** The D-Bus address under which it was found. */
    String address();

    /** A unit that is loaded, if there is one of that name. */
    Optional<LoadedUnit> find(String unit);

    /**
     * Starts a transient unit and waits until it is active: then its cgroup exists, with all limits that the properties say, and the process is in it.
     *
     * @param properties without the processes
     * @param pid the process that the unit begins with; 0 for none
     * @throws UnitExistsException if there is a unit of that name
     */
    void start(String unit, List<UnitProperty> properties, int pid);

    /** Changes properties of a unit until it ends. They are in effect when this returns. */
    void set(String unit, List<UnitProperty> properties);

    /** Stops a unit, waits until it is stopped, and has systemd forget it. Does nothing if there is none. */
    void stop(String unit);

    /** Has systemd forget a unit that has failed. Does nothing if there is none. */
    void resetFailed(String unit);

    @Override
    void close();
}
