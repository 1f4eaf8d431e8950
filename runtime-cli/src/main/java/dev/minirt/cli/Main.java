package dev.minirt.cli;

import dev.minirt.core.driver.Caller;
import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.driver.ProtocolException;
import java.io.IOException;
import java.nio.channels.ByteChannel;

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
            if (System.inheritedChannel() instanceof ByteChannel stream) {
                serve(new DriverChannel(stream), HostView.real());
                return 0;
            }
            System.err.println("this is the Java part of minirt and works for bin/minirt only");
        } catch (DriverGoneException e) {
            // Nobody is left to be told anything.
        } catch (IOException | ProtocolException e) {
            System.err.println(e.getMessage());
        }
        return FAILED;
    }

    /** Serves one command. */
    static void serve(DriverChannel driver, HostView host) {
        Caller caller = driver.hello();
        switch (new Minirt(driver, caller, host).run()) {
            case Ending.Exit(int code) -> driver.exit(code);
            case Ending.Supervise(int pid, var cleanup) -> driver.supervise(pid, cleanup);
        }
    }
}
