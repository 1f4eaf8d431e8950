package dev.minirt.core;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A small C program that asks the real kernel: compiled where a test runs, fed on its standard input. */
public final class KernelProbe {
    private static final List<Path> COMPILERS =
            List.of(Path.of("/usr/bin/gcc"), Path.of("/usr/bin/cc"), Path.of("/usr/bin/clang"));

    private final Path program;

    private KernelProbe(Path program) {
        this.program = program;
    }

    /** Compiles a source beside a test class; the test is skipped, with the reason, if there is no compiler. Libraries are options such as {@code -lm}. */
    public static KernelProbe compile(Class<?> test, String source, Path directory, String... libraries)
            throws IOException {
        Path compiler =
                COMPILERS.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(compiler != null, "no C compiler is installed");
        Path copy = directory.resolve(source);
        try (InputStream in = Objects.requireNonNull(test.getResourceAsStream(source), source)) {
            Files.copy(in, copy);
        }
        Path program = directory.resolve("probe");
        List<String> command =
                new ArrayList<>(List.of(Objects.requireNonNull(compiler).toString(), "-O1", "-Wall", "-Werror"));
        command.addAll(List.of("-o", program.toString(), copy.toString()));
        command.addAll(List.of(libraries));
        run(new byte[0], command.toArray(new String[0]));
        return new KernelProbe(program);
    }

    /** The lines that the program writes. */
    public List<String> ask(byte[] input, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return run(input, command.toArray(new String[0]));
    }

    private static List<String> run(byte[] input, String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command[0] + " did not end: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(command[0] + " failed with " + process.exitValue() + ": " + output);
        }
        return output.lines().toList();
    }
}
