package dev.minirt.cli;

import dev.minirt.core.lifecycle.Pausing;
import dev.minirt.core.store.ContainerId;

/** {@code minirt resume}: lets the processes of a paused container go on. */
final class ResumeCommand implements Command {
    @Override
    public String name() {
        return "resume";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "let the processes of a paused container go on";
    }

    @Override
    public Ending run(Session session, Flags flags) {
        new Pausing(session.surroundings()).resume(new ContainerId(flags.rest().getFirst()));
        return Ending.DONE;
    }
}
