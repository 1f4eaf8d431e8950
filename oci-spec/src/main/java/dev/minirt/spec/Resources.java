package dev.minirt.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * cgroup limits (config-linux.md, Control groups); also the document given to {@code update --resources}.
 *
 * <p>Numbers are as written. Engines write 0 for "not set" in many places; what 0 means for a limit is for whoever
 * applies it.
 *
 * @param devices device access in order, later ones win
 * @param memory memory limits
 * @param cpu CPU limits
 * @param pids process number limit
 * @param blockIO block I/O limits
 * @param hugepageLimits huge page limits
 * @param network net_cls and net_prio (cgroup v1 only)
 * @param rdma RDMA limits by device
 * @param unified cgroup v2 files and what to write to them
 */
public record Resources(
        List<DeviceRule> devices,
        Optional<Memory> memory,
        Optional<Cpu> cpu,
        Optional<Pids> pids,
        Optional<BlockIo> blockIO,
        List<HugepageLimit> hugepageLimits,
        Optional<Network> network,
        Map<String, Rdma> rdma,
        Map<String, String> unified) {
    /** Copies what is mutable. */
    public Resources {
        devices = List.copyOf(devices);
        hugepageLimits = List.copyOf(hugepageLimits);
        rdma = Collections.unmodifiableMap(new LinkedHashMap<>(rdma));
        unified = Collections.unmodifiableMap(new LinkedHashMap<>(unified));
    }

    /** No limits. */
    public static final Resources NONE = new Resources(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Map.of(),
            Map.of());
}
