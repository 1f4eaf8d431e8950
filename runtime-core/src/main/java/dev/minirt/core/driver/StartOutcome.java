package dev.minirt.core.driver;

/** What became of a start command. */
public sealed interface StartOutcome {
    /** The container's program is being executed. */
    record Executing() implements StartOutcome {}

    /** An operation behind the start failed; init has ended. */
    record Failed(Failure failure) implements StartOutcome {}

    /**
     * Nobody listens.
     *
     * @param errno why the connection failed
     */
    record NoListener(int errno) implements StartOutcome {}

    /** Init ended, or another start came first, before this one was taken. */
    record Died() implements StartOutcome {}
}
