package dev.minirt.cli;

import dev.minirt.core.lifecycle.Killing;
import dev.minirt.core.lifecycle.SignalNumber;
import dev.minirt.core.store.ContainerId;
import org.apache.commons.cli.Options;

/** {@code minirt kill}: sends a signal. */
final class KillCommand implements Command {
    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID [SIGNAL]";
    }

    @Override
    public String summary() {
        return "send a signal (default: TERM) to the container process";
    }

    @Override
    public int mostOperands() {
        return 2;
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Command.flag("a", "all", "send it to all processes of the container, if there are any"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var id = new ContainerId(flags.rest().getFirst());
        int signal =
                SignalNumber.of(flags.rest().size() < 2 ? "TERM" : flags.rest().get(1));
        var killing = new Killing(session.surroundings());
        if (flags.has("all")) {
            killing.killAll(id, signal);
        } else {
            killing.kill(id, signal);
        }
        return Ending.DONE;
    }
}
