package dev.minirt.core.plan;

import dev.minirt.core.cgroup.limit.IfMissing;
import dev.minirt.core.cgroup.systemd.UnitProperty;
import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import java.util.List;

/** Something the runtime does itself, on the host, at its place in the plan. */
public sealed interface HostAction extends Action {
    /**
     * Makes the state directory and records the state {@code creating}, with what is about to be made.
     *
     * @param directory absolute path of the container's state directory
     */
    record RecordState(String directory) implements HostAction {}

    /**
     * Makes the container's cgroup, and those above it that are missing.
     *
     * @param path absolute path of its directory
     */
    record CreateCgroup(String path) implements HostAction {}

    /**
     * Has systemd start the container's unit, which makes the cgroup.
     *
     * @param unit its name
     * @param path absolute path of the directory of its cgroup
     * @param properties all but the processes
     * @param placeheld whether a process holds the place until init is born: systemd starts no scope without one
     */
    record StartUnit(String unit, String path, List<UnitProperty> properties, boolean placeheld) implements HostAction {
        public StartUnit {
            properties = List.copyOf(properties);
        }
    }

    /**
     * Has systemd change properties of the container's unit.
     *
     * @param unit its name
     * @param properties those that change
     */
    record SetUnitProperties(String unit, List<UnitProperty> properties) implements HostAction {
        public SetUnitProperties {
            properties = List.copyOf(properties);
        }
    }

    /**
     * Kills what is left in the container's unit and below it, and has systemd stop and forget it.
     *
     * @param unit its name
     * @param path absolute path of the directory of its cgroup
     */
    record StopUnit(String unit, String path) implements HostAction {}

    /**
     * Enables a controller from the cgroup mount down to the container's cgroup.
     *
     * @param controller name as in {@code cgroup.controllers}
     * @param path absolute path of the container's cgroup
     */
    record EnableController(String controller, String path) implements HostAction {}

    /**
     * Enables controllers from the cgroup mount down to the container's cgroup where that is possible, so that the kernel counts what the
     * container uses.
     *
     * @param controllers names as in {@code cgroup.controllers}
     * @param path absolute path of the container's cgroup
     */
    record AccountFor(List<String> controllers, String path) implements HostAction {
        public AccountFor {
            controllers = List.copyOf(controllers);
        }
    }

    /**
     * Writes a file of the container's cgroup.
     *
     * @param file name of the file
     * @param value what to write, without newline
     * @param ifMissing what to do without the file
     */
    record WriteCgroupFile(String file, String value, IfMissing ifMissing) implements HostAction {}

    /**
     * Makes a user the owner of the container's cgroup and of those of its files that the kernel lists in {@code /sys/kernel/cgroup/delegate}.
     *
     * @param path absolute path of the container's cgroup
     * @param uid the user's id on the host
     */
    record DelegateCgroup(String path, long uid) implements HostAction {}

    /**
     * Runs a hook in the runtime's namespaces.
     *
     * @param kind which list it is of
     * @param index place in that list
     * @param hook the hook
     */
    record RunRuntimeHook(HookKind kind, int index, Hook hook) implements HostAction {}

    /** Records the state {@code created} with init's pid and start time. */
    record RecordCreated() implements HostAction {}

    /** Writes init's pid to the file that {@code --pid-file} names: digits without newline, renamed into place. */
    record WritePidFile(String path) implements HostAction {}

    /** Records the state {@code running}. */
    record RecordRunning() implements HostAction {}

    /** Removes the container's cgroup and all below it, killing what is left in them. */
    record RemoveCgroup(String path) implements HostAction {}

    /**
     * Makes the directory on which the root file system is attached in a mount namespace that is not the container's own.
     *
     * @param path absolute path, in the state directory
     */
    record MakeRootMountPoint(String path) implements HostAction {}

    /**
     * Makes the directory that the process finds its service manager's socket in.
     *
     * @param path absolute path, in the state directory
     */
    record MakeNotifyDirectory(String path) implements HostAction {}

    /**
     * Takes the root file system, and what is mounted on it, out of the mount namespace that it was attached in.
     *
     * @param path absolute path of the directory that it is attached on
     */
    record DetachRoot(String path) implements HostAction {}

    /** Removes the state directory. */
    record RemoveState(String directory) implements HostAction {}
}
