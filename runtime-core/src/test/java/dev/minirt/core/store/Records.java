package dev.minirt.core.store;

import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.SocketActivation;
import dev.minirt.core.plan.TerminalOffer;
import dev.minirt.spec.ContainerStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records for tests. */
public final class Records {
    private Records() {}

    /** A created container with everything. */
    public static ContainerRecord created(String id) {
        return new ContainerRecord(
                new ContainerId(id),
                ContainerStatus.CREATED,
                Optional.of(new ProcessIdentity(4711, 1L << 40)),
                new ProcessIdentity(1234, 99),
                "boot",
                "2026-11-21T22:42:32.374Z",
                4294967294L,
                new Launch(
                        "1.2.0",
                        "/b \"ü\"\n",
                        "/b/rootfs",
                        Map.of("io.example", "va\u0001lue \uD83D\uDE00"),
                        true,
                        false,
                        true,
                        true,
                        true,
                        false,
                        3,
                        0077,
                        new Connections(
                                new TerminalOffer(Optional.of("/t/console \"1\""), true, false),
                                Optional.of(new SocketActivation(2, Optional.of("http:https"))),
                                true)),
                Optional.of(new CgroupEntry("/sys/fs/cgroup/x/c", List.of("/sys/fs/cgroup/x", "/sys/fs/cgroup/x/c"))));
    }

    /** A container of which nothing is known but that it is being created. */
    public static ContainerRecord creating(String id) {
        return new ContainerRecord(
                new ContainerId(id),
                ContainerStatus.CREATING,
                Optional.empty(),
                new ProcessIdentity(1234, 99),
                "",
                "2026-11-21T22:42:32.374Z",
                0,
                new Launch(
                        "1.0.0",
                        "/b",
                        "/b/r",
                        Map.of(),
                        false,
                        true,
                        false,
                        false,
                        false,
                        true,
                        0,
                        022,
                        Connections.USUAL),
                Optional.empty());
    }
}
