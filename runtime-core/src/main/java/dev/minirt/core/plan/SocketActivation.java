package dev.minirt.core.plan;

import java.util.Optional;

/**
 * Sockets that the caller passes on to the process, from descriptor 3 on: sd_listen_fds(3).
 *
 * @param count how many, at least 1
 * @param names {@code LISTEN_FDNAMES}
 */
public record SocketActivation(int count, Optional<String> names) {}
