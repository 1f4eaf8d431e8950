package dev.minirt.cli;

import dev.minirt.core.lifecycle.Observation;
import dev.minirt.core.lifecycle.Observer;
import dev.minirt.core.store.Store;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code minirt list}: all containers of a state root. One that is broken is shown as such and hides no other. */
final class ListCommand implements Command {
    private static final String BROKEN = "broken";

    /** What is told of a container. */
    private record Row(
            String id,
            int pid,
            String status,
            String bundle,
            String rootfs,
            String created,
            String owner,
            String ociVersion,
            String problem) {}

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public String summary() {
        return "list containers";
    }

    @Override
    public int fewestOperands() {
        return 0;
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Command.valued("f", "format", "FORMAT", "table (default) or json"))
                .addOption(Command.flag("q", "quiet", "ids only"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var format = flags.choice("format", "table", "table", "json");
        var store = session.store();
        if (flags.has("quiet")) {
            for (var id : store.ids()) {
                session.print(id.text() + "\n");
            }
            return Ending.DONE;
        }
        var rows = rows(store, new Observer(session.processes()));
        session.print(format.equals("json") ? json(rows) : table(rows));
        return Ending.DONE;
    }

    private static List<Row> rows(Store store, Observer observer) {
        var rows = new ArrayList<Row>();
        for (var id : store.ids()) {
            var directory = store.directory(id);
            var owner = Owner.of(directory.path());
            rows.add(row(id.text(), observer.observe(directory), owner));
        }
        return rows;
    }

    private static Row row(String id, Observation observed, String owner) {
        if (observed instanceof Observation.Recorded recorded) {
            var launch = recorded.container().launch();
            return new Row(
                    id,
                    recorded.pid().orElse(0),
                    recorded.status().specName(),
                    launch.bundle(),
                    launch.rootfs(),
                    recorded.container().created(),
                    owner,
                    launch.ociVersion(),
                    "");
        }
        if (observed instanceof Observation.Remnant(var _, var status)) {
            return new Row(id, 0, status.specName(), "", "", "", owner, "", "");
        }
        var problem = observed instanceof Observation.Broken broken ? broken.reason() : "";
        return new Row(id, 0, BROKEN, "", "", "", owner, "", problem);
    }

    private static String json(List<Row> rows) {
        var out = new JsonWriter(JsonStyle.COMPACT).beginArray();
        for (var row : rows) {
            out.beginObject()
                    .member("ociVersion", row.ociVersion)
                    .member("id", row.id)
                    .member("pid", row.pid)
                    .member("status", row.status)
                    .member("bundle", row.bundle)
                    .member("rootfs", row.rootfs)
                    .member("created", row.created)
                    .member("owner", row.owner);
            if (!row.problem.isEmpty()) {
                out.member("problem", row.problem);
            }
            out.endObject();
        }
        return out.endArray().toText() + "\n";
    }

    private static String table(List<Row> rows) {
        var table = new TextTable("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
        for (var row : rows) {
            table.row(
                    row.id,
                    Integer.toString(row.pid),
                    row.status,
                    row.problem.isEmpty() ? row.bundle : row.problem,
                    row.created,
                    row.owner);
        }
        return table.toString();
    }
}
