package dev.minirt.core.systemd;

/**
 * A unit that systemd knows.
 *
 * @param description its description
 * @param activeState as systemctl(1) shows it: active, inactive, failed, activating, deactivating ...
 * @param controlGroup its cgroup, an absolute path from the cgroup mount; empty if it has none
 */
public record LoadedUnit(String description, String activeState, String controlGroup) {
    /** Whether it only lies there, as the remains of something. */
    public boolean isOver() {
        return activeState.equals("failed") || activeState.equals("inactive");
    }
}
