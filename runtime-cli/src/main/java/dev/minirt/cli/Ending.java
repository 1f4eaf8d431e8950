package dev.minirt.cli;

import java.util.List;

/** How a command ends. */
sealed interface Ending {
    /** All is well. */
    Ending DONE = new Exit(0);

    /**
     * The driver exits.
     *
     * @param code 0 to 255
     */
    record Exit(int code) implements Ending {}

    /**
     * The driver stays with a container process and exits as that does.
     *
     * @param pid the process, a child of the driver
     * @param adopt whether processes that it leaves behind become the driver's
     * @param cleanup the command line that is run after its end; empty for none
     */
    record Supervise(int pid, boolean adopt, List<String> cleanup) implements Ending {
        public Supervise {
            cleanup = List.copyOf(cleanup);
        }
    }

    /**
     * The driver becomes a server.
     *
     * @param arguments options of its JVM, its main class, and what that is given
     */
    record Serve(List<String> arguments) implements Ending {
        public Serve {
            arguments = List.copyOf(arguments);
        }
    }
}
