package dev.minirt.spec;

/**
 * Priority of the traffic of an interface (cgroup v1 only).
 *
 * @param name interface name
 * @param priority 0 to 4294967295
 */
public record InterfacePriority(String name, long priority) {}
