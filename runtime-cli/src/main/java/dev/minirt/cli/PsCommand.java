package dev.minirt.cli;

import dev.minirt.core.lifecycle.Population;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.JsonWriter;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code minirt ps}: the processes of a container, with the pids of the caller's namespace. */
final class PsCommand implements Command {
    @Override
    public String name() {
        return "ps";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID [PS-OPTION...]";
    }

    @Override
    public String summary() {
        return "list the processes of a container, as ps with the options (default: -ef) shows them";
    }

    @Override
    public int mostOperands() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Options options() {
        return new Options().addOption(Command.valued("f", "format", "FORMAT", "table (default) or json: the pids"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var format = flags.choice("format", "table", "table", "json");
        var id = new ContainerId(flags.rest().getFirst());
        var pids = new Population(session.surroundings()).pids(id);
        if (format.equals("json")) {
            session.print(json(pids));
        } else {
            session.print(new HostPs(session, id)
                    .table(pids, flags.rest().subList(1, flags.rest().size())));
        }
        return Ending.DONE;
    }

    private static String json(List<Integer> pids) {
        var out = new JsonWriter(JsonStyle.COMPACT).beginArray();
        for (int pid : pids) {
            out.element(pid);
        }
        return out.endArray().toText() + "\n";
    }
}
