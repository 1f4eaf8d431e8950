package dev.minirt.cli;

import dev.minirt.core.driver.Caller;
import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.driver.SignalledException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command line, from its words to its ending. Whatever goes wrong becomes one line here, and only here. */
final class Minirt {
    private static final int STDERR = 2;
    private static final int FAILED = 1;
    private static final int SIGNALLED = 128;

    /** What ends other programs whose output nobody reads any more, silently; a runtime must not die of it in the middle of something. */
    private static final int SIGPIPE = 13;

    private final DriverChannel driver;
    private final Caller caller;
    private final HostView host;
    private final long begun;
    private LogFile log = new LogFile(null, false, false, 0);
    private boolean debug;
    private String failing = "minirt";
    private int failure = FAILED;

    /**
     * A command line.
     *
     * @param begun when this code began to run for it, {@link System#nanoTime()}
     */
    Minirt(DriverChannel driver, Caller caller, HostView host, long begun) {
        this.begun = begun;
        this.driver = driver;
        this.caller = caller;
        this.host = host;
    }

    Ending run() {
        try {
            return dispatch();
        } catch (DriverGoneException e) {
            throw e;
        } catch (SignalledException e) {
            report(e, e.getMessage());
            return new Ending.Exit(SIGNALLED + e.signal());
        } catch (UsageException e) {
            report(e, e.getMessage());
            return new Ending.Exit(FAILED);
        } catch (OutputException e) {
            if (e.readerGone()) {
                return new Ending.Exit(SIGNALLED + SIGPIPE);
            }
            report(e, e.getMessage());
        } catch (RuntimeException e) {
            report(e, Failing.message(e));
        } catch (StackOverflowError e) {
            report(e, "nested too deeply");
        } catch (OutOfMemoryError e) {
            report(e, "out of memory");
        } catch (LinkageError | AssertionError e) {
            report(e, "internal error: " + e);
        }
        return new Ending.Exit(failure);
    }

    private Ending dispatch() {
        var words = caller.argv();
        var flags = Flags.parse(GlobalFlags.options(), words.subList(Math.min(1, words.size()), words.size()));
        var globals = GlobalFlags.of(flags, caller, host.proc());
        debug = globals.debug();
        if (debug || globals.log().isPresent()) {
            var path = globals.log().map(file -> Session.path(caller, file)).orElse(null);
            var file = new LogFile(path, globals.jsonLog(), debug, caller.startedAt());
            file.open();
            log = file;
            log.debug(
                    caller.connectedAt(),
                    host.isServer()
                            ? "the driver has found a server"
                            : "the driver has started a Java virtual machine");
            if (!host.isServer()) {
                log.debug(begun, "the Java virtual machine has loaded its classes and begun");
            }
            log.debug("the command line has been read");
        }
        var session = new Session(driver, caller, globals, log, host);
        var ending = run(session, flags);
        session.flush();
        log.debug("done");
        log.success();
        driver.write(STDERR, log.aloud().getBytes(StandardCharsets.UTF_8));
        return ending;
    }

    private Ending run(Session session, Flags globals) {
        if (globals.has("version")) {
            session.print(Version.text());
            return Ending.DONE;
        }
        if (globals.rest().isEmpty()) {
            session.print(Help.general());
            return Ending.DONE;
        }
        var name = globals.rest().getFirst();
        var words = globals.rest().subList(1, globals.rest().size());
        Commands.refuseUnsupported(name);
        if (globals.has("help") || name.equals("help")) {
            session.print(Help.of(name.equals("help") ? first(words) : name));
            return Ending.DONE;
        }
        var command = Commands.named(name);
        if (command == null) {
            throw new UsageException("unknown command " + LogFile.quoted(name));
        }
        failing = "minirt " + name + " failed";
        var options = command.options().addOption(Command.flag("h", "help", "show help"));
        var flags = Flags.parse(options, words);
        if (flags.has("help")) {
            session.print(Help.of(name));
            return Ending.DONE;
        }
        requireOperands(command, flags);
        failure = command.failure();
        return command.run(session, flags);
    }

    private static @Nullable String first(List<String> words) {
        return words.isEmpty() ? null : words.getFirst();
    }

    private static void requireOperands(Command command, Flags flags) {
        int count = flags.rest().size();
        int fewest = command.fewestOperands();
        int most = command.mostOperands();
        if (count < fewest || count > most) {
            var expected =
                    fewest == most ? "exactly " + fewest : count < fewest ? "at least " + fewest : "at most " + most;
            throw new UsageException("\"" + command.name() + "\" requires " + expected + " argument(s): "
                    + (command.operands().isEmpty() ? "none" : command.operands()));
        }
    }

    private void report(Throwable failure, @Nullable String message) {
        var line = Failing.oneLine(failing + ": " + message);
        try {
            log.failure(line);
        } catch (UsageException e) {
            line += "; " + e.getMessage();
        }
        var text = new StringBuilder(line).append('\n');
        if (debug) {
            text.insert(0, log.aloud());
            var trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            text.append(trace);
        }
        driver.write(STDERR, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
