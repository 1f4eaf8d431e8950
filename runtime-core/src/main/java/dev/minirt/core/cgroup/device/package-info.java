/**
 * The assembler of device filters for cgroup v2: from {@code linux.resources.devices} to an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE, with nothing of the host involved.
 *
 * <p>{@link dev.minirt.core.cgroup.device.DeviceFilter} is the way in. Depends on {@code dev.minirt.spec} only. See config-linux.md (Allowed Device list), the kernel's
 * Documentation/admin-guide/cgroup-v2.rst (Device controller) and Documentation/bpf/standardization/instruction-set.rst.
 */
@NullMarked
package dev.minirt.core.cgroup.device;

import org.jspecify.annotations.NullMarked;
