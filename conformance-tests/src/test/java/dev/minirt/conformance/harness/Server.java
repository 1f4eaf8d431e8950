package dev.minirt.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code minirt serve}, for as long as there are tests in this JVM, if {@code MINIRT_TEST_SERVED} is set: each JVM has a mount namespace of its own, where no server but its own may decide.
 * What tests put into other namespaces, or call with {@code MINIRT_COLD}, is as cold as ever.
 */
final class Server implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;

    private Server(Process process) {
        this.process = process;
    }

    /**
     * Starts one, if that is wanted.
     *
     * @throws IllegalStateException if it does not serve
     */
    static Optional<Server> ifWanted(ContainerRuntime runtime) {
        if (System.getenv("MINIRT_TEST_SERVED") == null) {
            return Optional.empty();
        }
        try {
            Process process =
                    Processes.started(new ProcessBuilder(runtime.binary().toString(), "serve")
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
            Server server = new Server(process);
            if (!Processes.await(PATIENCE, () -> serves(runtime))) {
                server.close();
                throw new IllegalStateException("the server of " + runtime.binary() + " does not serve");
            }
            return Optional.of(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a command is carried out by a server. */
    private static boolean serves(ContainerRuntime runtime) {
        try {
            Process list = Processes.started(new ProcessBuilder(runtime.binary().toString(), "--debug", "list")
                    .redirectErrorStream(true)
                    .start());
            String said = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            list.waitFor();
            Processes.ended(list);
            return said.contains("the driver has found a server");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it. That it has lived, and for how long it was busy, is printed: {@code hack/test} looks for it. */
    @Override
    public void close() {
        boolean lived = process.isAlive();
        Duration busy = process.info().totalCpuDuration().orElse(Duration.ZERO);
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Processes.ended(process);
        System.out.println(
                lived ? "a server has served for " + busy.toMillis() + " ms" : "the server has not survived the tests");
    }
}
