/**
 * What the kernel counts for a cgroup: the files of Documentation/admin-guide/cgroup-v2.rst and, for the pressure, Documentation/accounting/psi.rst,
 * in the units of this runtime's {@code events}. A file that is not there, since its controller is not enabled, counts nothing. Reads only.
 * Depends on nothing else of {@code dev.minirt}.
 */
@NullMarked
package dev.minirt.core.cgroup.stat;

import org.jspecify.annotations.NullMarked;
