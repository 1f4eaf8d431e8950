package dev.minirt.cli;

import dev.minirt.core.driver.Caller;
import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.driver.ProtocolException;

/** What the driver starts: serves one command over the stream on descriptor 0 and ends. */
public final class Main {
    private static final int FAILED = 1;

    private Main() {}

    /** Takes no arguments: the caller's are in HELLO. */
    public static void main(String[] args) {
        Runtime.getRuntime().halt(serve());
    }

    private static int serve() {
        try {
            serve(new DriverChannel(new StandardStream()), new HostView.Real());
            return 0;
        } catch (DriverGoneException e) {
            // Nobody is left to be told anything.
        } catch (ProtocolException e) {
            System.err.println("this is the Java part of minirt and works for bin/minirt only: " + e.getMessage());
        }
        return FAILED;
    }

    /** Serves one command. */
    static void serve(DriverChannel driver, HostView host) {
        long begun = System.nanoTime();
        Caller caller = driver.hello();
        var ending = new Minirt(driver, caller, host, begun).run();
        // Not a switch: its bootstrap method would spin code at run time.
        if (ending instanceof Ending.Supervise(int pid, boolean adopt, var cleanup)) {
            driver.supervise(pid, adopt, cleanup);
        } else if (ending instanceof Ending.Exit(int code)) {
            driver.exit(code);
        } else if (ending instanceof Ending.Serve(var arguments)) {
            driver.serve(arguments);
        }
    }
}
