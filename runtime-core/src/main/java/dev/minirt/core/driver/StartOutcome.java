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

    /** Init ended before it executed the program; or another start came first, before this one was taken. */
    record Died() implements StartOutcome {}

    /** Init is gone: SIGKILL has ended it when it had executed the program, or it has been reaped, and nobody knows. */
    record Ended() implements StartOutcome {}
}
