package dev.minirt.cli;

import dev.minirt.core.host.HostProbe;
import dev.minirt.core.plan.HostFacts;
import java.nio.file.Path;
import java.util.function.LongFunction;

/**
 * Where commands look at the host.
 *
 * @param proc the procfs of the caller's pid namespace
 * @param facts the facts for a caller with a user id
 */
record HostView(Path proc, LongFunction<HostFacts> facts) {
    /** The host that this is. */
    static HostView real() {
        return new HostView(Path.of("/proc"), HostProbe::gather);
    }
}
