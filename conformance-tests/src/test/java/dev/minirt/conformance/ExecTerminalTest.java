package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import dev.minirt.conformance.harness.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code exec} with a terminal, in the foreground and over a console socket. */
@Conformance
class ExecTerminalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Container container(Sandbox box, Bundle bundle) {
        return box.start(bundle.idle()).awaitOutput("ready");
    }

    private static Terminal exec(Sandbox box, int rows, int columns, String... args) {
        var words = new ArrayList<>(List.of(
                box.runtime().binary().toString(), "--root", box.stateRoot().toString(), "exec"));
        words.addAll(List.of(args));
        return box.terminal(rows, columns, words.toArray(String[]::new));
    }

    @Test
    @Covers({"P2", "P3"})
    void hasATerminalOfTheContainer(Sandbox box) {
        var container = container(box, box.bundle());
        var script = "stty size; tty; : </dev/tty && echo control; ls /dev/console 2>/dev/null; exit 7";
        try (var terminal = exec(box, 33, 99, "-t", container.id(), "sh", "-c", script)) {
            assertThat(terminal.awaitExit()).as(terminal.screen()).isEqualTo(7);
            assertThat(terminal.screen().replace("\r", "")).isEqualTo("33 99\n/dev/pts/0\ncontrol\n");
        }
    }

    @Test
    @Covers({"P2", "P7"})
    void theUserOwnsTheTerminal(Sandbox box) {
        var container = container(box, box.bundle());
        var script = "stat -c %u $(tty); ls /proc/self/fd | tr '\\n' ' '";
        try (var terminal = exec(box, 24, 80, "--tty", "--user", "1000:1000", container.id(), "sh", "-c", script)) {
            assertThat(terminal.awaitExit()).as(terminal.screen()).isZero();
            assertThat(terminal.screen().replace("\r", "")).isEqualTo("1000\n0 1 2 3 ");
        }
    }

    @Test
    @Covers({"P2", "N4"})
    void worksInAUserNamespace(Sandbox box) {
        var container = container(box, box.bundle().userNamespace());
        try (var terminal = exec(box, 24, 80, "-t", container.id(), "sh", "-c", "tty; stat -c %u $(tty)")) {
            assertThat(terminal.awaitExit()).as(terminal.screen()).isZero();
            assertThat(terminal.screen().replace("\r", "")).isEqualTo("/dev/pts/0\n0\n");
        }
    }

    /** CRI-O's and buildkit's way: the terminal is said in the document, and the streams are a terminal. */
    @Test
    @Covers({"P2", "P3"})
    void takesTheTerminalFromTheDocument(Sandbox box) {
        var container = container(box, box.bundle());
        var file = Sandbox.write(
                box.directory().resolve("process.json"),
                "{\"terminal\": true, \"user\": {\"uid\": 0, \"gid\": 0}, \"cwd\": \"/\", \"env\": [\"PATH=/bin\"],"
                        + " \"args\": [\"sh\", \"-c\", \"trap 'stty size; exit 4' WINCH; echo ready;"
                        + " while :; do sleep 0.05; done\"]}");
        try (var terminal = exec(box, 24, 80, "--process", file.toString(), container.id())) {
            terminal.awaitScreen("ready").resize(44, 111);
            assertThat(terminal.awaitExit()).isEqualTo(4);
            assertThat(terminal.screen()).endsWith("44 111\r\n");
        }
    }

    @Test
    @Covers("P2")
    void theLastBytesArrive(Sandbox box) {
        var container = container(box, box.bundle());
        var script = "head -c 1048576 /dev/zero | tr '\\0' x; echo end; exit 5";
        try (var terminal = exec(box, 24, 80, "-t", container.id(), "sh", "-c", script)) {
            assertThat(terminal.awaitExit()).isEqualTo(5);
            assertThat(terminal.screen().length()).isEqualTo(1048576 + "end\r\n".length());
            assertThat(terminal.screen()).endsWith("xend\r\n");
        }
    }

    /** A process that joins is no first process: SIGHUP ends it. */
    @Test
    @Covers("P2")
    void aHangUpEndsIt(Sandbox box) {
        var container = container(box, box.bundle());
        try (var terminal = exec(box, 24, 80, "-t", container.id(), "sh", "-c", "echo ready; exec sleep 1000")) {
            terminal.awaitScreen("ready").hangUp();
            terminal.awaitExit();
        }
        assertThat(Processes.await(PATIENCE, () -> !processes(box, container).contains("sleep 1000")))
                .isTrue();
    }

    private static String processes(Sandbox box, Container container) {
        return box.runtime("exec", container.id(), "ps", "-o", "args")
                .execute()
                .succeeded()
                .stdout();
    }

    @Test
    @Covers({"P2", "P3"})
    void sendsTheTerminalOverTheConsoleSocket(Sandbox box) {
        var container = container(box, box.bundle());
        Path socket = box.directory().resolve("console.sock");
        Path pid = box.directory().resolve("pid");
        try (var terminal = box.consoleSocket(socket)) {
            box.runtime(
                            "exec",
                            "--detach",
                            "--tty",
                            "--pid-file",
                            pid.toString(),
                            "--console-socket",
                            socket.toString(),
                            container.id(),
                            "sh",
                            "-c",
                            "read line; echo got $line; tty")
                    .execute()
                    .succeeded();
            assertThat(terminal.awaitReceived()).isEqualTo("/dev/ptmx");
            terminal.type("word\n").awaitScreen("got word\r\n/dev/pts/0\r\n");
            terminal.awaitSilence();
        }
        var process = Long.parseLong(Sandbox.read(pid));
        assertThat(Processes.await(PATIENCE, () -> !Processes.isAlive(process))).isTrue();
        Processes.reapOrphans();
    }

    @Test
    @Covers("P2")
    void refusesWhatCannotBeConnected(Sandbox box) {
        var container = container(box, box.bundle());
        var socket = box.directory().resolve("none").toString();
        fails(box.runtime("exec", "--detach", "--tty", container.id(), "true"), "--console-socket");
        fails(box.runtime("exec", "--detach", "--console-socket", socket, container.id(), "true"), "--console-socket");
        fails(box.runtime("exec", "--tty", container.id(), "true").within("setsid", "--wait"), "terminal");
        assertThat(processes(box, container)).doesNotContain("true");
    }

    private static void fails(Invocation exec, String word) {
        var outcome = exec.execute();
        assertThat(outcome.code()).as("exit code of %s", outcome).isEqualTo(255);
        assertThat(outcome.stderr()).isNotBlank();
        if (outcome.command().getFirst().contains("minirt")) {
            assertThat(outcome.stderr()).contains(word).hasLineCount(1);
        }
    }
}
