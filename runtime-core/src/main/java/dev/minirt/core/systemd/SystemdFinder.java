package dev.minirt.core.systemd;

import java.util.Optional;

/** Connects to a systemd of the caller's. */
@FunctionalInterface
public interface SystemdFinder {
    /**
     * A new connection.
     *
     * @param user whether the caller's own manager is meant, not the system's
     * @param known an address under which it was found before
     * @throws NoSystemdException if there is none
     * @throws SystemdException if it does not answer
     */
    Systemd connect(boolean user, Optional<String> known);
}
