package dev.minirt.conformance.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A command about to be run. Output goes to files, not pipes: the container made by {@code create} keeps the caller's
 * standard streams, and whoever reads a pipe to its end would wait for the container.
 */
public final class Invocation {
    /** No command may take longer: beyond, it is killed and the test fails. */
    private static final int WATCHDOG_SECONDS = 60;

    private final Path io;
    private final List<String> command;
    private final Map<String, String> environment = new TreeMap<>(Map.of("PATH", Sandbox.HOST_PATH));
    private Path directory;
    private File input = new File("/dev/null");

    Invocation(Path directory, Path io, List<String> command) {
        this.directory = directory;
        this.io = io;
        this.command = new ArrayList<>(command);
    }

    /** Adds to the environment, which otherwise has a PATH only. */
    public Invocation with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** With no environment at all. */
    public Invocation withoutEnvironment() {
        environment.clear();
        return this;
    }

    /** From another working directory than the sandbox. */
    public Invocation from(Path workingDirectory) {
        directory = workingDirectory;
        return this;
    }

    /** With this text on standard input instead of {@code /dev/null}. */
    public Invocation reading(String text) {
        Path file = Path.of(io + ".stdin");
        Sandbox.write(file, text);
        input = file.toFile();
        return this;
    }

    /** Run by another command: {@code within("sh", "-c", "ulimit -n 64; exec \"$@\"", "sh")}. */
    public Invocation within(String... prefix) {
        command.addAll(0, List.of(prefix));
        return this;
    }

    /** The words of the command. */
    public String[] command() {
        return command.toArray(String[]::new);
    }

    /** What the command and those that inherited its standard output have printed so far. */
    public String stdout() {
        return Sandbox.read(output("stdout"));
    }

    /** What the command and those that inherited its standard error have printed so far. */
    public String stderr() {
        return Sandbox.read(output("stderr"));
    }

    /** Runs it to its end. */
    public Outcome execute() {
        return await(spawn());
    }

    /** Starts it; the caller passes the process to {@link #await} or ends it. */
    public Process spawn() {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(input)
                .redirectOutput(output("stdout").toFile())
                .redirectError(output("stderr").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return Processes.started(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of what {@link #spawn} started, at most as long as the watchdog allows. */
    public Outcome await(Process process) {
        try {
            if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new AssertionError("hangs: " + new Outcome(command, process.exitValue(), stdout(), stderr()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            Processes.ended(process);
        }
        return new Outcome(List.copyOf(command), process.exitValue(), stdout(), stderr());
    }

    private Path output(String name) {
        Path file = Path.of(io + "." + name);
        if (!Files.exists(file)) {
            Sandbox.write(file, "");
        }
        return file;
    }
}
