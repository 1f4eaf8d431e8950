package dev.minirt.spec;

import java.util.Optional;

/**
 * A network device to move into the container (config-linux.md, Network Devices).
 *
 * @param name name inside; absent keeps the name, {@code %d} lets the kernel choose a number
 */
public record NetDevice(Optional<String> name) {}
