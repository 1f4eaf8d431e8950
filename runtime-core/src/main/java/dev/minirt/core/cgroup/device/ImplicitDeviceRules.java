package dev.minirt.core.cgroup.device;

import static dev.minirt.core.cgroup.device.DeviceVerdict.ALL;
import static dev.minirt.core.cgroup.device.DeviceVerdict.ANY;
import static dev.minirt.core.cgroup.device.DeviceVerdict.MKNOD;

import dev.minirt.spec.DeviceRuleType;
import java.util.List;

/**
 * What every container may do, whatever its rules say (C8): these come after the rules of the config, and so win over them.
 *
 * <p>Making a node is harmless where opening it is not allowed, and images that hold nodes could not be unpacked otherwise. The devices are those that a runtime must supply
 * (config-linux.md, Default Devices) and the terminals of the container's own devpts. tun is not among them, but runc, crun and youki allow it; runc once stopped (in 1.2.0) and had to
 * go back, since VPN software in unprivileged containers makes the node itself. Without CAP_NET_ADMIN it gives nothing, and with it only the container's own network namespace. The
 * host's console (5:1), which crun and youki allow, is left out: the container's /dev/console is a pseudo terminal.
 */
final class ImplicitDeviceRules {
    static final List<DeviceVerdict> RULES = List.of(
            new DeviceVerdict(true, DeviceRuleType.CHARACTER, ANY, ANY, MKNOD),
            new DeviceVerdict(true, DeviceRuleType.BLOCK, ANY, ANY, MKNOD),
            character(1, 3), // null
            character(1, 5), // zero
            character(1, 7), // full
            character(1, 8), // random
            character(1, 9), // urandom
            character(5, 0), // tty
            character(5, 2), // ptmx
            character(136, ANY), // pts
            character(10, 200)); // net/tun

    private ImplicitDeviceRules() {}

    private static DeviceVerdict character(long major, long minor) {
        return new DeviceVerdict(true, DeviceRuleType.CHARACTER, major, minor, ALL);
    }
}
