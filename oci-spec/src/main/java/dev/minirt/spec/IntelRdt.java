package dev.minirt.spec;

import java.util.List;
import java.util.Optional;

/**
 * Resource director technology through resctrl (config-linux.md, IntelRdt).
 *
 * @param closID class of service; absent means one named after the container, {@code /} the default class
 * @param schemata lines to write to the schemata file
 * @param l3CacheSchema L3 cache line
 * @param memBwSchema memory bandwidth line
 * @param enableMonitoring make a monitoring group
 */
public record IntelRdt(
        Optional<String> closID,
        List<String> schemata,
        Optional<String> l3CacheSchema,
        Optional<String> memBwSchema,
        boolean enableMonitoring) {
    /** Copies what is mutable. */
    public IntelRdt {
        schemata = List.copyOf(schemata);
    }
}
