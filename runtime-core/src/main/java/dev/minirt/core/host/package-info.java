/**
 * Facts about the host that the JDK can read without native code: which cgroup mount there is, which process has which start
 * time, which boot this is. Reads /proc and the cgroup mount; changes nothing. Depends on {@code dev.minirt.core.plan} for {@link
 * dev.minirt.core.plan.HostFacts}.
 */
@NullMarked
package dev.minirt.core.host;

import org.jspecify.annotations.NullMarked;
