package dev.minirt.cli;

import dev.minirt.core.host.HostProbe;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.store.Store;
import java.nio.file.Path;

/** Where commands look at the host. */
interface HostView {
    /** The procfs of the caller's pid namespace. */
    Path proc();

    /** The facts for a caller with a user id. */
    HostFacts facts(long uid, int pid);

    /** The containers below an absolute path. */
    default Store store(Path root) {
        return new Store(root);
    }

    /** Whether this is a server, which works for many callers. */
    default boolean isServer() {
        return false;
    }

    /** The host that this is. */
    final class Real implements HostView {
        @Override
        public Path proc() {
            return Path.of("/proc");
        }

        @Override
        public HostFacts facts(long uid, int pid) {
            return HostProbe.gather(uid, pid);
        }
    }
}
