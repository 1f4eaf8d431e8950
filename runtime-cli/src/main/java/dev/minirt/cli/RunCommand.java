package dev.minirt.cli;

import dev.minirt.core.lifecycle.Creation;
import dev.minirt.core.lifecycle.Deletion;
import dev.minirt.core.lifecycle.Starting;
import dev.minirt.core.store.ContainerRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code minirt run}: create and start; in the foreground also waits for the end and deletes. */
final class RunCommand implements Command {
    @Override
    public String name() {
        return "run";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "create a container, start it, and stay with it until it ends";
    }

    @Override
    public Options options() {
        return CreateCommand.flags()
                .addOption(Command.flag("d", "detach", "return when the program is started"))
                .addOption(Command.flag(null, "keep", "do not delete the container when it has ended"))
                .addOption(
                        Command.flag(null, "no-subreaper", "do not adopt processes that the container leaves behind"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var around = session.surroundings();
        var request = CreateCommand.request(session, flags, flags.has("detach"));
        var container = new Creation(around).create(request);
        try {
            if (flags.has("detach")) {
                new Starting(around).startAndAwaitReady(container.id());
            } else {
                new Starting(around).start(container.id());
            }
        } catch (RuntimeException e) {
            // start removes what fails behind its start; what it refused, or was interrupted in, is still there.
            new Deletion(around).deleteByForce(container.id());
            throw e;
        }
        if (flags.has("detach")) {
            return Ending.DONE;
        }
        var init = container.init().orElseThrow();
        return new Ending.Supervise(
                init.pid(), !flags.has("no-subreaper"), flags.has("keep") ? List.of() : cleanup(session, container));
    }

    /** The command line of the delete that follows the container's end, which is another minirt: by then this JVM is gone. */
    private static List<String> cleanup(Session session, ContainerRecord container) {
        var words = new ArrayList<String>();
        words.add(session.caller().argv().getFirst());
        words.add("--root");
        words.add(session.store().root().toString());
        var globals = session.globals();
        if (globals.log().isPresent()) {
            words.add("--log");
            words.add(session.path(globals.log().get()).toString());
            words.add("--log-format");
            words.add(globals.jsonLog() ? "json" : "text");
        }
        words.addAll(DeleteCommand.after(container.id(), container.init().orElseThrow()));
        return words;
    }
}
