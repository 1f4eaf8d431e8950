package dev.minirt.core.driver;

import java.util.List;

/** What the driver tells of a program that it runs, in the order in which it happens. */
public sealed interface RunEvent {
    /** Operations with a fallback did not go their first way. */
    record Branched(List<Branch> branches) implements RunEvent {
        public Branched {
            branches = List.copyOf(branches);
        }
    }

    /**
     * Which way an operation went.
     *
     * @param operation place of the operation in the program, from 0
     * @param branch the branch taken, by its place in ops.def, from 0
     */
    record Branch(int operation, int branch) {}

    /**
     * Init exists.
     *
     * @param pid its process id where the driver is
     * @param startTime its start time, field 22 of /proc/PID/stat
     */
    record Spawned(int pid, long startTime) implements RunEvent {}

    /**
     * Init waits at a synchronisation point for {@link DriverChannel#proceed()} or {@link DriverChannel#abort()}.
     *
     * @param point the point's number
     */
    record Reached(int point) implements RunEvent {}

    /**
     * How long operations have taken, if the program asks for it; told in front of {@link Ready}.
     *
     * @param launching nanoseconds until the driver had started the launcher
     * @param beginning nanoseconds from the launcher's start to its first operation
     * @param first place of the first operation of these in the program, from 0
     * @param nanoseconds what they took, one after another
     */
    record Timed(long launching, long beginning, int first, List<Long> nanoseconds) implements RunEvent {
        public Timed {
            nanoseconds = List.copyOf(nanoseconds);
        }
    }

    /** Init is parked; the program is over as far as create is concerned. */
    record Ready() implements RunEvent {}

    /** An operation failed; init is dead and reaped. */
    record Failed(Failure failure) implements RunEvent {}

    /**
     * The launcher or init ended without a word.
     *
     * @param operation the operation last begun, as far as that is known
     * @param waitStatus how it ended, as wait(2) has it
     */
    record Died(int operation, int waitStatus) implements RunEvent {}
}
