/**
 * What systemd is asked for when it makes a container's cgroup: names of units and slices, the properties that stand for limits, and those that
 * annotations ask for. Pure: whoever talks to systemd is {@code dev.minirt.core.systemd}. See systemd.scope(5), systemd.slice(5),
 * systemd.resource-control(5), org.freedesktop.systemd1(5).
 *
 * <p>Depends on {@code dev.minirt.core.cgroup.limit} and {@code dev.minirt.spec}.
 */
@NullMarked
package dev.minirt.core.cgroup.systemd;

import org.jspecify.annotations.NullMarked;
