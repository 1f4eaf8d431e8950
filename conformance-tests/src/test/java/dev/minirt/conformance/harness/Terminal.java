package dev.minirt.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A person at a terminal, or an engine that was sent one over a console socket: the program {@code terminal.c}, spoken to line by
 * line. Ended by {@link #close()}.
 */
public final class Terminal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final StringBuilder shown = new StringBuilder();
    private final List<String> said = new ArrayList<>();

    private Terminal(Path directory, List<String> command) {
        try {
            var builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().clear();
            builder.environment().put("PATH", Sandbox.HOST_PATH);
            process = Processes.started(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::listen);
    }

    static Terminal running(Path program, Path directory, int rows, int columns, List<String> command) {
        var words = new ArrayList<>(List.of(program.toString(), "run", "" + rows, "" + columns));
        words.addAll(command);
        return new Terminal(directory, words);
    }

    static Terminal listening(Path program, Path directory, Path socket) {
        var terminal = new Terminal(directory, List.of(program.toString(), "listen", socket.toString()));
        terminal.awaitSaid("listening");
        return terminal;
    }

    private void listen() {
        try (var lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("out ")) {
                    show(new String(HexFormat.of().parseHex(line.substring(4)), StandardCharsets.ISO_8859_1));
                } else {
                    synchronized (said) {
                        said.add(line);
                    }
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
    }

    private void show(String text) {
        synchronized (shown) {
            shown.append(text);
        }
    }

    private void ask(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String heard(String beginning) {
        synchronized (said) {
            return said.stream()
                    .filter(line -> line.startsWith(beginning))
                    .findFirst()
                    .orElse("");
        }
    }

    private String awaitSaid(String beginning) {
        var heard = Processes.await(PATIENCE, () -> !heard(beginning).isEmpty());
        assertThat(heard)
                .as("the terminal says %s; its screen shows: %s", beginning, screen())
                .isTrue();
        return heard(beginning);
    }

    /** Types a text. */
    public Terminal type(String text) {
        ask("write " + HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1)));
        return this;
    }

    /** Changes the size of the window. */
    public Terminal resize(int rows, int columns) {
        ask("size " + rows + " " + columns);
        return this;
    }

    /** Closes the terminal: SIGHUP for the session at it. */
    public void hangUp() {
        ask("hangup");
    }

    /** The modes of the terminal, as numbers. */
    public String modes() {
        synchronized (said) {
            said.removeIf(line -> line.startsWith("modes "));
        }
        ask("modes");
        return awaitSaid("modes ");
    }

    /** Everything that was written to the terminal so far. */
    public String screen() {
        synchronized (shown) {
            return shown.toString();
        }
    }

    /** Waits until the screen shows what the regular expression says. */
    public Terminal awaitScreen(String expression) {
        var pattern = Pattern.compile(expression);
        var found = Processes.await(PATIENCE, () -> pattern.matcher(screen()).find());
        assertThat(found).as("shows %s; the screen: %s", expression, screen()).isTrue();
        return this;
    }

    /** Waits for the end of the command at the terminal: its exit code, 128 and more by a signal. */
    public int awaitExit() {
        return Integer.parseInt(awaitSaid("exit ").substring("exit ".length()));
    }

    /** Waits for the terminal that a runtime sends; what was sent with it. */
    public String awaitReceived() {
        return awaitSaid("received ").substring("received ".length());
    }

    /** Waits until nobody has the terminal open any more. */
    public void awaitSilence() {
        awaitSaid("silent");
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Processes.ended(process);
    }
}
