package dev.minirt.core.cgroup.limit;

import dev.minirt.spec.JsonPointer;

/**
 * A limit as cgroup v2 knows it: one write(2) to a file of the cgroup's directory.
 *
 * @param controller the controller that must be enabled; empty for files that every cgroup has
 * @param file name of the file
 * @param value what to write, without newline
 * @param standard what the kernel has in a new cgroup: asking for that needs no controller. Empty if there is no such value
 * @param ifMissing what to do without the file
 * @param pointer the member that asked
 */
public record CgroupSetting(
        String controller, String file, String value, String standard, IfMissing ifMissing, JsonPointer pointer) {
    /** Whether a new cgroup has this value. */
    public boolean isDefault() {
        return !standard.isEmpty() && value.equals(standard);
    }

    /** Whether no process can be born in a cgroup with this limit, so that it must be set when init is there. */
    public boolean preventsBirth() {
        return file.equals("pids.max") && value.equals("0");
    }
}
