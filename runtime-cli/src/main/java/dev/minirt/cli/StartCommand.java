package dev.minirt.cli;

import dev.minirt.core.lifecycle.Starting;
import dev.minirt.core.store.ContainerId;

/** {@code minirt start}: has the program of a created container executed. */
final class StartCommand implements Command {
    @Override
    public String name() {
        return "start";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "start the program of a created container";
    }

    @Override
    public Ending run(Session session, Flags flags) {
        new Starting(session.surroundings())
                .startAndAwaitReady(new ContainerId(flags.rest().getFirst()));
        return Ending.DONE;
    }
}
