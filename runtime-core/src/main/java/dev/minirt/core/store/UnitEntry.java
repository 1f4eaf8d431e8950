package dev.minirt.core.store;

/**
 * A container's systemd unit in the journal, and where the systemd is that has it: later commands need no flag to find it.
 *
 * @param name name of the unit
 * @param user whether it is a unit of a user's manager
 * @param address D-Bus address under which the manager was found
 * @param controlGroup the cgroup of the manager, from the cgroup mount; empty for the mount itself
 * @param version the manager's major version at create
 */
public record UnitEntry(String name, boolean user, String address, String controlGroup, int version) {}
