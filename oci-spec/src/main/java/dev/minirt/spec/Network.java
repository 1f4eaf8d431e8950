package dev.minirt.spec;

import java.util.List;
import java.util.OptionalLong;

/**
 * Network classes (config-linux.md, Network; cgroup v1 only).
 *
 * @param classID class of packets, 0 to 4294967295
 * @param priorities priorities by interface
 */
public record Network(OptionalLong classID, List<InterfacePriority> priorities) {
    /** Copies what is mutable. */
    public Network {
        priorities = List.copyOf(priorities);
    }
}
