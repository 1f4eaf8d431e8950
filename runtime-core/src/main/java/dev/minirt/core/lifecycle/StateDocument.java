package dev.minirt.core.lifecycle;

import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.State;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.SpecWriter;
import java.util.OptionalInt;

/** The state of a container as the spec has it (runtime.md, State). */
public final class StateDocument {
    private StateDocument() {}

    /** The state of a container that was looked at. The pid is 0 if there is no process: CRI-O takes that as the sign of it. */
    public static State of(Observation.Recorded observed) {
        return of(
                observed.container(),
                observed.status(),
                OptionalInt.of(observed.pid().orElse(0)));
    }

    /** The document that hooks get on their standard input (config.md, POSIX-platform Hooks). */
    static byte[] forHook(ContainerRecord container, ContainerStatus status, OptionalInt pid) {
        return SpecWriter.state(of(container, status, pid), JsonStyle.COMPACT);
    }

    private static State of(ContainerRecord container, ContainerStatus status, OptionalInt pid) {
        var launch = container.launch();
        return new State(
                launch.ociVersion(), container.id().text(), status, pid, launch.bundle(), launch.annotations());
    }
}
