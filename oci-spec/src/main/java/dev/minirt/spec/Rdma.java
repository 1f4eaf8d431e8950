package dev.minirt.spec;

import java.util.OptionalLong;

/**
 * RDMA limits of a device; at least one is present.
 *
 * @param hcaHandles handles, 0 to 4294967295
 * @param hcaObjects objects, 0 to 4294967295
 */
public record Rdma(OptionalLong hcaHandles, OptionalLong hcaObjects) {}
