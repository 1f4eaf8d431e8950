package dev.minirt.cli;

import dev.minirt.core.lifecycle.Observation;
import dev.minirt.core.lifecycle.Observer;
import dev.minirt.core.lifecycle.StateDocument;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.StoreException;
import dev.minirt.spec.OciVersion;
import dev.minirt.spec.State;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.SpecWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** {@code minirt state}: prints the state of a container. */
final class StateCommand implements Command {
    @Override
    public String name() {
        return "state";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "print the state of a container as JSON";
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var directory = session.store().find(new ContainerId(flags.rest().getFirst()));
        var observed = new Observer(session.processes()).observe(directory);
        if (observed instanceof Observation.Broken(var id, var reason)) {
            throw new StoreException("container " + id + ": " + reason);
        }
        if (observed instanceof Observation.Recorded recorded) {
            var more = new LinkedHashMap<String, String>();
            more.put("rootfs", recorded.container().launch().rootfs());
            more.put("created", recorded.container().created());
            more.put("owner", Owner.of(directory.path()));
            session.print(SpecWriter.state(StateDocument.of(recorded), more, JsonStyle.SPACES));
        } else if (observed instanceof Observation.Remnant(var id, var status)) {
            session.print(SpecWriter.state(
                    new State(OciVersion.MAX.toString(), id.text(), status, OptionalInt.of(0), "", Map.of()),
                    JsonStyle.SPACES));
        }
        session.print("\n");
        return Ending.DONE;
    }
}
