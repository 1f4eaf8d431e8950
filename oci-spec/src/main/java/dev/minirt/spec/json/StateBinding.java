package dev.minirt.spec.json;

import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.State;
import java.util.Map;
import java.util.OptionalInt;

/** Reads the state of a container (runtime.md, State). */
final class StateBinding {
    private final JsonCursor in;

    StateBinding(JsonCursor in) {
        this.in = in;
    }

    State state() {
        String ociVersion = null;
        String id = null;
        ContainerStatus status = null;
        OptionalInt pid = OptionalInt.empty();
        String bundle = null;
        Map<String, String> annotations = Map.of();
        in.enterObject();
        for (String name = in.nextMember(); name != null; name = in.nextMember()) {
            switch (name) {
                case "ociVersion" -> ociVersion = in.string();
                case "id" -> id = in.string();
                case "status" -> status = in.word(ContainerStatus::named, "status");
                case "pid" -> pid = OptionalInt.of(in.integer(0, Integer.MAX_VALUE));
                case "bundle" -> bundle = in.string();
                case "annotations" -> annotations = in.stringMap();
                default -> in.ignore();
            }
        }
        return new State(
                in.required(ociVersion, "ociVersion", ""),
                in.required(id, "id", ""),
                in.required(status, "status", ContainerStatus.STOPPED),
                pid,
                in.required(bundle, "bundle", ""),
                annotations);
    }
}
