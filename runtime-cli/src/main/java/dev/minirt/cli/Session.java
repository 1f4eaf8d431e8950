package dev.minirt.cli;

import dev.minirt.core.driver.Caller;
import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.HookOutcome;
import dev.minirt.core.driver.HookRequest;
import dev.minirt.core.error.Errno;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.host.Processes;
import dev.minirt.core.host.UserNamespace;
import dev.minirt.core.lifecycle.CgroupDriver;
import dev.minirt.core.lifecycle.Surroundings;
import dev.minirt.core.op.ExactText;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Planner;
import dev.minirt.core.plan.stage.ContainerStages;
import dev.minirt.core.store.Store;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import dev.minirt.spec.json.DocumentReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a command works with. The one place where things are put together. */
final class Session {
    private static final int STDOUT = 1;
    private static final String STANDARD_INPUT = "-";

    private final DriverChannel driver;
    private final Caller caller;
    private final GlobalFlags globals;
    private final LogFile log;
    private final HostView host;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private @Nullable HostFacts facts;

    Session(DriverChannel driver, Caller caller, GlobalFlags globals, LogFile log, HostView host) {
        this.driver = driver;
        this.caller = caller;
        this.globals = globals;
        this.log = log;
        this.host = host;
    }

    /** The global flags. */
    GlobalFlags globals() {
        return globals;
    }

    /** Who called. */
    Caller caller() {
        return caller;
    }

    /** For what is no error. */
    LogFile log() {
        return log;
    }

    /** The containers. */
    Store store() {
        return host.store(path(globals.root()));
    }

    /** Whether a server carries this command out. */
    boolean isServed() {
        return host.isServer();
    }

    /** The processes of the host. */
    Processes processes() {
        return new Processes(host.proc());
    }

    /** Makes plans. */
    Planner planner() {
        return ContainerStages.planner();
    }

    /** Looks at the host, once. */
    HostFacts facts() {
        if (facts == null) {
            facts = host.facts(caller.uid(), caller.driverPid());
        }
        return facts;
    }

    /** Who makes cgroups. */
    CgroupDriver cgroupDriver() {
        if (!globals.systemdCgroup()) {
            return CgroupDriver.FILES;
        }
        boolean user = globals.rootless().equals("true")
                || (globals.rootless().equals("auto") && !UserNamespace.isRealRoot(host.proc(), caller.uid()));
        return user ? CgroupDriver.USER_SYSTEMD : CgroupDriver.SYSTEMD;
    }

    /** What operations on containers work with. */
    Surroundings surroundings() {
        return new Surroundings(
                driver,
                store(),
                processes(),
                planner(),
                this::facts,
                new CallersSystemd(caller, host.proc()),
                new ProcessIdentity(caller.driverPid(), caller.driverStartTime()),
                caller.uid(),
                caller.umask(),
                Optional.ofNullable(caller.variable("NOTIFY_SOCKET")),
                log,
                build());
    }

    /** Nothing but the file itself changes with every build. */
    private Optional<String> build() {
        try {
            var jar = Files.readAttributes(Path.of(caller.home(), "lib", "minirt.jar"), BasicFileAttributes.class);
            return Optional.of(jar.fileKey() + " " + jar.size() + " "
                    // Not as a date, which would take the classes of java.time.
                    + jar.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Has the driver run a program of the host; a signal that comes meanwhile ends the command. */
    HookOutcome hook(HookRequest request) {
        var outcome = driver.hook(request);
        driver.checkSignal();
        return outcome;
    }

    /** A path on the command line, which counts from the caller's working directory; absolute. */
    Path path(String text) {
        return path(caller, text);
    }

    static Path path(Caller caller, String text) {
        try {
            var path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
            if (caller.cwd().isEmpty()) {
                throw new UsageException("the working directory has been removed, so there is no " + text);
            }
            var below = Path.of(caller.cwd().get());
            return text.isEmpty() || text.equals(".") ? below : below.resolve(path);
        } catch (InvalidPathException e) {
            throw new UsageException("not a path"
                    + (ExactText.isUtf8(text + caller.cwd().orElse("")) ? "" : ", as it is not UTF-8")
                    + ": " + LogFile.quoted(text));
        }
    }

    /**
     * All of a file of the caller's, or of a document that is too large the beginning, by which that is noticed. The driver reads it: ours are other standard streams
     * and descriptors than the caller's, a socket cannot be opened by name, and nothing could interrupt us while we wait for somebody to write.
     *
     * @param file as on the command line; {@value #STANDARD_INPUT} for standard input
     * @throws SpecException if that fails
     */
    byte[] input(String file) {
        var path = file.equals(STANDARD_INPUT) ? "" : path(file).toString();
        var all = new ByteArrayOutputStream();
        var chunk = driver.read(path);
        all.writeBytes(chunk.bytes());
        while (!chunk.last() && all.size() <= DocumentReader.MAX_BYTES) {
            chunk = driver.read("");
            all.writeBytes(chunk.bytes());
        }
        if (chunk.errno() == Errno.EINTR.number()) {
            driver.checkSignal();
        }
        if (chunk.errno() != 0) {
            var name = path.isEmpty() ? nameOf(file) : path;
            throw new SpecException(List.of(new Violation(JsonPointer.ROOT, name + ": " + Errno.words(chunk.errno()))));
        }
        return all.toByteArray();
    }

    /** What messages call a file that is named so on the command line. */
    static String nameOf(String file) {
        return file.equals(STANDARD_INPUT) ? "standard input" : file;
    }

    /** Writes to standard output when the command has ended well. */
    void print(String text) {
        print(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes to standard output when the command has ended well. */
    void print(byte[] text) {
        output.writeBytes(text);
    }

    /**
     * Writes what was printed so far.
     *
     * @throws OutputException if that fails
     */
    void flush() {
        int errno = driver.write(STDOUT, output.toByteArray());
        output.reset();
        if (errno != 0) {
            driver.checkSignal();
            throw new OutputException(errno);
        }
    }
}
