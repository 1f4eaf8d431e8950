package dev.minirt.core.lifecycle;

import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import java.util.OptionalInt;

/** What is true of a container at this moment. */
public sealed interface Observation {
    /** Whose. */
    ContainerId id();

    /**
     * A container with a record.
     *
     * @param container the record
     * @param status the status now, which may be later than the recorded one
     */
    record Recorded(ContainerRecord container, ContainerStatus status) implements Observation {
        @Override
        public ContainerId id() {
            return container.id();
        }

        /** Pid of the container process while there is one. */
        public OptionalInt pid() {
            return switch (status) {
                case CREATED, RUNNING, PAUSED ->
                    container.init().isPresent()
                            ? OptionalInt.of(container.init().get().pid())
                            : OptionalInt.empty();
                case CREATING, STOPPED -> OptionalInt.empty();
            };
        }
    }

    /**
     * A directory without a record.
     *
     * @param id its name
     * @param status creating if a command is at work in it, else stopped
     */
    record Remnant(ContainerId id, ContainerStatus status) implements Observation {}

    /**
     * A directory with a record that cannot be read.
     *
     * @param id its name
     * @param reason why
     */
    record Broken(ContainerId id, String reason) implements Observation {}
}
