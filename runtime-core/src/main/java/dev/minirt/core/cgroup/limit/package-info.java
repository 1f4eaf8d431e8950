/**
 * From {@code linux.resources} to the files of cgroup v2: which file gets which value, in which order, and what is refused because cgroup v2 does not have it. Nothing of the host is
 * touched: what is set already comes in as {@link dev.minirt.core.cgroup.limit.PresentLimits}, so that create and update share one conversion.
 *
 * <p>{@link dev.minirt.core.cgroup.limit.CgroupLimits} is the way in. Depends on {@code dev.minirt.spec} only. See config-linux.md (Control groups) and the kernel's
 * Documentation/admin-guide/cgroup-v2.rst.
 */
@NullMarked
package dev.minirt.core.cgroup.limit;

import org.jspecify.annotations.NullMarked;
