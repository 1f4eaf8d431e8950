package dev.minirt.cli;

import dev.minirt.core.lifecycle.Pausing;
import dev.minirt.core.store.ContainerId;

/** {@code minirt pause}: stops all processes of a container, which may go on later. */
final class PauseCommand implements Command {
    @Override
    public String name() {
        return "pause";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "stop all processes of a container for a while";
    }

    @Override
    public Ending run(Session session, Flags flags) {
        new Pausing(session.surroundings()).pause(new ContainerId(flags.rest().getFirst()));
        return Ending.DONE;
    }
}
