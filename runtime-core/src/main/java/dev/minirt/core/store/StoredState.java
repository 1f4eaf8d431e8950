package dev.minirt.core.store;

/** What is found where a container's record should be. */
public sealed interface StoredState {
    /** A record. */
    record Known(ContainerRecord container) implements StoredState {}

    /** A directory without a record: a create that has just begun, or was killed then, or a delete that was killed at its very end. */
    record Remnant() implements StoredState {}

    /**
     * Something that is no record of this version.
     *
     * @param reason why, in one line
     */
    record Broken(String reason) implements StoredState {}
}
