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

    Session() {
        try {
            directory = Files.createTempDirectory("minirt-conformance-");
            // The root of a user namespace is nobody here, and must reach the root file systems.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Processes.becomeSubreaper();
        probe = compileProbe();
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
        if (!Files.exists(copy)) {
            try {
                Files.copy(RootFilesystem.busybox(), copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return copy;
    }

    Optional<Path> probe() {
        return probe;
    }

    private Optional<Path> compileProbe() {
        Path source = Sandbox.write(directory.resolve("probe.c"), Sandbox.resource("probe.c"));
        Path binary = directory.resolve("probe");
        for (String compiler : List.of("musl-gcc", "gcc", "cc")) {
            try {
                Process process = new ProcessBuilder(
                                compiler, "-static", "-O1", "-Wall", "-o", binary.toString(), source.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("probe.log").toFile())
                        .start();
                if (process.waitFor() == 0) {
                    return Optional.of(binary);
                }
                System.err.println(compiler + ": " + Sandbox.read(directory.resolve("probe.log")));
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
        Sandbox.removeTree(directory);
    }
}
