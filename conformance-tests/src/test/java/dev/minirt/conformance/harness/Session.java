package dev.minirt.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** What all tests of a run share: a directory, a word that marks everything of ours, and the probe program. */
final class Session implements AutoCloseable {
    private final String token = "mct" + ProcessHandle.current().pid();
    private final Path directory;
    private final Optional<Path> probe;
    private final Optional<Path> terminal;
    private final Optional<Server> server;

    Session(ContainerRuntime runtime) {
        try {
            directory = Files.createTempDirectory("minirt-conformance-");
            // The root of a user namespace is nobody here, and must reach the root file systems.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Processes.becomeSubreaper();
        probe = compiled("probe");
        terminal = compiled("terminal");
        server = Server.ifWanted(runtime);
    }

    String token() {
        return token;
    }

    Path directory() {
        return directory;
    }

    /** A copy of the host's busybox; the test is skipped if there is none. */
    Path busybox() {
        Path copy = directory.resolve("busybox");
        return Files.exists(copy) ? copy : copy(RootFilesystem.busybox(), "busybox");
    }

    /** Root file systems have hard links to it, which must not leave the file system. */
    private Path copy(Path program, String name) {
        try {
            Path copy = Files.copy(program, directory.resolve(name));
            return Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Path> probe() {
        return probe;
    }

    /** The program that holds terminals. */
    Optional<Path> terminal() {
        return terminal;
    }

    private Optional<Path> compiled(String name) {
        String ready = System.getProperty("minirt." + name, "");
        if (!ready.isEmpty()) {
            return Optional.of(copy(Path.of(ready), name));
        }
        Path source = Sandbox.write(directory.resolve(name + ".c"), Sandbox.resource(name + ".c"));
        Path binary = directory.resolve(name);
        for (String compiler : List.of("musl-gcc", "gcc", "cc")) {
            try {
                Process process = new ProcessBuilder(
                                compiler, "-static", "-O1", "-Wall", "-o", binary.toString(), source.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(name + ".log").toFile())
                        .start();
                if (process.waitFor() == 0) {
                    return Optional.of(binary);
                }
                System.err.println(compiler + ": " + Sandbox.read(directory.resolve(name + ".log")));
            } catch (IOException e) {
                System.out.println("no " + compiler + " on this host: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        server.ifPresent(Server::close);
        Sandbox.removeTree(directory);
    }
}
