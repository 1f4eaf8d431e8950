/**
 * The directories and files of cgroup v2: cgroups(7), Documentation/admin-guide/cgroup-v2.rst. Makes, limits, empties and removes the
 * cgroups of containers; which limits, others decide. Depends on {@code dev.minirt.core.host}.
 */
@NullMarked
package dev.minirt.core.cgroup;

import org.jspecify.annotations.NullMarked;
