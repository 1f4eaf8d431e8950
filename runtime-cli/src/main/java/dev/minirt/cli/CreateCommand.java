package dev.minirt.cli;

import dev.minirt.core.bundle.Bundle;
import dev.minirt.core.lifecycle.CreateRequest;
import dev.minirt.core.lifecycle.Creation;
import dev.minirt.core.store.ContainerId;
import java.nio.file.Path;
import org.apache.commons.cli.Options;

/** {@code minirt create}: makes a container that waits for start. */
final class CreateCommand implements Command {
    /** What a program of the interpreter can say, docs/protocol.md; more descriptors few processes may have. */
    static final int MOST_PRESERVED = 65_536;

    @Override
    public String name() {
        return "create";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "create a container from a bundle";
    }

    @Override
    public Options options() {
        return flags();
    }

    /** The flags that create and run have in common. */
    static Options flags() {
        return new Options()
                .addOption(Command.valued(
                        "b", "bundle", "DIR", "directory of the bundle (default: the working directory)"))
                .addOption(
                        Command.valued(null, "pid-file", "FILE", "write the pid of the container process to this file"))
                .addOption(Command.valued(null, "console-socket", "SOCKET", "socket that gets the terminal"))
                .addOption(Command.valued(null, "pidfd-socket", "SOCKET", "socket that gets a pidfd"))
                .addOption(Command.flag(null, "no-pivot", "move the root over / instead of pivot_root"))
                .addOption(Command.flag(null, "no-new-keyring", "keep the caller's session keyring"))
                .addOption(Command.valued(null, "preserve-fds", "N", "pass N descriptors from 3 on to the container"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var request = request(session, flags, true);
        new Creation(session.surroundings()).create(request);
        return Ending.DONE;
    }

    /**
     * What create is asked for.
     *
     * @param detached whether the command returns while the process runs
     */
    static CreateRequest request(Session session, Flags flags, boolean detached) {
        var id = new ContainerId(flags.rest().getFirst());
        var bundle = Bundle.load(bundle(session, flags));
        session.log().debug("the configuration has been read");
        return new CreateRequest(
                id,
                bundle,
                CallerConnections.path(session, flags, "pid-file"),
                CallerConnections.path(session, flags, "pidfd-socket"),
                flags.has("no-pivot"),
                flags.has("no-new-keyring"),
                flags.number("preserve-fds", 0, CreateCommand.MOST_PRESERVED),
                CallerConnections.of(session, flags, bundle, detached),
                session.cgroupDriver());
    }

    /** The bundle that a command is about. */
    static Path bundle(Session session, Flags flags) {
        return session.path(flags.value("bundle", "."));
    }
}
