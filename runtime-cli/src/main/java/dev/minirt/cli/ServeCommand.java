package dev.minirt.cli;

import java.util.List;
import org.apache.commons.cli.Options;

/** {@code minirt serve}: decides for the drivers of all other commands, so that they need not start a JVM. */
final class ServeCommand implements Command {
    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public String summary() {
        return "stay and make every other command fast; needed by none";
    }

    @Override
    public int fewestOperands() {
        return 0;
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Command.valued(
                        null, "idle", "SECONDS", "end when nothing has been asked for so long; 0 (default): never"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var idle = flags.value("idle", "0");
        try {
            if (Integer.parseInt(idle) < 0) {
                throw new NumberFormatException();
            }
        } catch (NumberFormatException e) {
            throw new UsageException("invalid value \"" + idle + "\" for flag -idle: seconds, 0 or more");
        }
        if (session.isServed()) {
            throw new UsageException("a server is running already");
        }
        // Room for some of the largest documents at once: each takes what a command of its own may. What is young is
        // little, so that little is touched, and what a rehearsal or a large document has taken is given back at once.
        // It lives long
        // enough to have its code compiled early.
        return new Ending.Serve(List.of(
                "-Xmx1g",
                "-Xms16m",
                "-Xmn8m",
                "-XX:-ShrinkHeapInSteps",
                "-XX:-ExitOnOutOfMemoryError",
                "-XX:CompileThresholdScaling=1",
                Server.class.getName(),
                idle,
                "@LISTENING@"));
    }
}
