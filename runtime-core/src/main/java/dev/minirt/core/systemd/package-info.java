/**
 * The conversation with systemd over D-Bus: org.freedesktop.systemd1(5). Everything of the D-Bus library is in here and loaded only when a connection is
 * made, so that commands on containers that systemd does not drive know nothing of it.
 *
 * <p>One conversation at a time, by the thread that calls, each with a deadline. Depends on {@code dev.minirt.core.cgroup.systemd}.
 */
@NullMarked
package dev.minirt.core.systemd;

import org.jspecify.annotations.NullMarked;
