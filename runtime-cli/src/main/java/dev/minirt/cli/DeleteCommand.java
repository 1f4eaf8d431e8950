package dev.minirt.cli;

import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.lifecycle.Deletion;
import dev.minirt.core.store.ContainerId;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code minirt delete}: removes a container. */
final class DeleteCommand implements Command {
    private static final String AFTER = "after";

    @Override
    public String name() {
        return "delete";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "remove a stopped container";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Command.flag("f", "force", "kill it first if need be; succeed if it does not exist"))
                .addOption(
                        Command.valued(null, AFTER, "PID:TIME", "only if this was its process and has ended: for run"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var id = new ContainerId(flags.rest().getFirst());
        var deletion = new Deletion(session.surroundings());
        if (flags.has(AFTER)) {
            deletion.deleteAfter(id, process(flags.value(AFTER, "")));
        } else if (flags.has("force")) {
            deletion.deleteByForce(id);
        } else {
            deletion.delete(id);
        }
        return Ending.DONE;
    }

    /** The words of a delete that cannot meet another container than the one whose process it names. */
    static List<String> after(ContainerId id, ProcessIdentity init) {
        return List.of("delete", "--" + AFTER, init.pid() + ":" + init.startTime(), "--", id.text());
    }

    private static ProcessIdentity process(String text) {
        try {
            int colon = text.indexOf(':');
            return new ProcessIdentity(
                    Integer.parseInt(text, 0, Math.max(colon, 0), 10),
                    Long.parseLong(text, colon + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new UsageException("invalid value \"" + text + "\" for flag -" + AFTER + ": expected PID:TIME");
        }
    }
}
