package dev.minirt.core.plan.stage;

import dev.minirt.spec.JsonPointer;

/**
 * A limit as cgroup v2 knows it.
 *
 * @param controller the controller that must be enabled
 * @param file the file in the cgroup's directory
 * @param value what to write
 * @param standard what the kernel has in a new cgroup: asking for that needs no controller
 * @param mayBeMissing a kernel without the file does what is asked anyway
 * @param pointer the member that asked
 */
public record CgroupSetting(
        String controller, String file, String value, String standard, boolean mayBeMissing, JsonPointer pointer) {
    /** Whether a new cgroup has this value. */
    public boolean isDefault() {
        return value.equals(standard);
    }

    /** Whether no process can be born in a cgroup with this limit, so that it must be set when init is there. */
    boolean lateForBirth() {
        return file.equals("pids.max") && value.equals("0");
    }
}
