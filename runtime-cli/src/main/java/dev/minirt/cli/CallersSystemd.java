package dev.minirt.cli;

import dev.minirt.core.driver.Caller;
import dev.minirt.core.host.UserNamespace;
import dev.minirt.core.systemd.Patience;
import dev.minirt.core.systemd.Systemd;
import dev.minirt.core.systemd.SystemdFinder;
import dev.minirt.core.systemd.SystemdOverDBus;
import dev.minirt.core.systemd.SystemdTarget;
import java.nio.file.Path;
import java.util.Optional;

/** The systemd that the caller's environment leads to. */
final class CallersSystemd implements SystemdFinder {
    private final Caller caller;
    private final Path proc;
    private final Patience patience = new Patience(SystemdOverDBus.PATIENCE_MILLISECONDS);

    CallersSystemd(Caller caller, Path proc) {
        this.caller = caller;
        this.proc = proc;
    }

    @Override
    public Systemd connect(boolean user, Optional<String> known) {
        // What the peer of a socket sees.
        long uid = UserNamespace.outside(proc, caller.uid());
        var target = user ? SystemdTarget.user(uid, caller::variable) : SystemdTarget.system(uid, caller::variable);
        return SystemdOverDBus.connect(known.isPresent() ? target.knownAt(known.get()) : target, patience);
    }
}
