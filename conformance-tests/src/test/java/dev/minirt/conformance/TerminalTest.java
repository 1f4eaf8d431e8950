package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import dev.minirt.conformance.harness.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code process.terminal} of a container in the foreground: the caller's terminal is relayed to the container's. */
@Conformance
class TerminalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Bundle bundle(Sandbox box) {
        return box.bundle().set("/process/terminal", true);
    }

    @Test
    @Covers({"P2", "D8"})
    void theProcessHasATerminalOfTheContainer(Sandbox box) {
        var script = "tty; test -t 0 && test -t 1 && test -t 2 && echo streams; : </dev/tty && echo control;"
                + " stat -c '%t' /dev/console; stat -c '%t' $(tty); stat -c '%u %a' $(tty);"
                + " grep -c ' /dev/console ' /proc/self/mountinfo; exit 7";
        try (var terminal = box.terminal(bundle(box).shell(script), box.newId())) {
            assertThat(terminal.awaitExit()).as(terminal.screen()).isEqualTo(7);
            assertThat(terminal.screen().replace("\r", ""))
                    .isEqualTo("/dev/pts/0\nstreams\ncontrol\n88\n88\n0 620\n1\n");
        }
    }

    @Test
    @Covers({"P2", "P7", "P22"})
    void theUserOwnsTheTerminalAndNothingElseIsOpen(Sandbox box) {
        var bundle = bundle(box)
                .set("/process/user/uid", 1000)
                .set("/process/user/gid", 1000)
                .shell("stat -c %u $(tty); echo x >/dev/console && echo writes; ls /proc/self/fd | tr '\\n' ' '");
        try (var terminal = box.terminal(bundle, box.newId())) {
            assertThat(terminal.awaitExit()).as(terminal.screen()).isZero();
            assertThat(terminal.screen().replace("\r", "")).isEqualTo("1000\nx\nwrites\n0 1 2 3 ");
        }
    }

    @Test
    @Covers({"P2", "N4"})
    void worksInAUserNamespace(Sandbox box) {
        var bundle = bundle(box).userNamespace().shell("tty; stat -c %u $(tty) /dev/console; echo x >/dev/console");
        try (var terminal = box.terminal(bundle, box.newId())) {
            assertThat(terminal.awaitExit()).as(terminal.screen()).isZero();
            assertThat(terminal.screen().replace("\r", "")).isEqualTo("/dev/pts/0\n0\n0\nx\n");
        }
    }

    @Test
    @Covers({"P2", "P3"})
    void theSizeIsTheCallersAndFollowsIt(Sandbox box) {
        var bundle = bundle(box)
                .setJson("/process/consoleSize", "{'height': 11, 'width': 12}")
                .shell("stty size; trap 'stty size; exit 4' WINCH; echo ready; while :; do sleep 0.05; done");
        try (var terminal =
                box.terminal(33, 99, box.running(bundle, box.newId()).command())) {
            terminal.awaitScreen("33 99\r\nready");
            terminal.resize(44, 111);
            assertThat(terminal.awaitExit()).isEqualTo(4);
            assertThat(terminal.screen()).endsWith("44 111\r\n");
        }
    }

    /** security-reliability 5.8: crun 1.23.1 lost the last bytes; nothing between the last write and the exit may be lost. */
    @Test
    @Covers("P2")
    void theLastBytesArrive(Sandbox box) {
        var bundle = bundle(box).shell("head -c 1048576 /dev/zero | tr '\\0' x; echo end; exit 5");
        try (var terminal = box.terminal(bundle, box.newId())) {
            assertThat(terminal.awaitExit()).isEqualTo(5);
            var screen = terminal.screen();
            assertThat(screen.length()).isEqualTo(1048576 + "end\r\n".length());
            assertThat(screen).endsWith("xend\r\n");
        }
    }

    @Test
    @Covers("P2")
    void keysForJobControlAreTheContainers(Sandbox box) {
        try (var terminal = box.terminal(bundle(box).args("sh", "-i"), box.newId())) {
            terminal.awaitScreen("# ");
            terminal.type("sleep 1000\n").awaitScreen("sleep 1000\r\n");
            Processes.pause(Duration.ofMillis(300));
            terminal.type("\u0003").awaitScreen("\\^C");
            terminal.type("echo inter''rupted $?\n").awaitScreen("interrupted 130");
            terminal.type("sleep 1001\n").awaitScreen("sleep 1001\r\n");
            Processes.pause(Duration.ofMillis(300));
            terminal.type("\u001a").awaitScreen("Stopped");
            terminal.type("jobs\n").awaitScreen("\\[1\\]\\+ +Stopped +sleep 1001");
            terminal.type("kill -KILL %1; sleep 0.2; jobs; exit 9\n");
            assertThat(terminal.awaitExit()).as(terminal.screen()).isEqualTo(9);
        }
    }

    @Test
    @Covers("P2")
    void theKeyForTheEndOfInputIsTheContainers(Sandbox box) {
        try (var terminal = box.terminal(bundle(box).shell("echo ready; cat; echo over"), box.newId())) {
            terminal.awaitScreen("ready");
            terminal.type("text\n\u0004");
            assertThat(terminal.awaitExit()).isZero();
            assertThat(terminal.screen()).isEqualTo("ready\r\ntext\r\ntext\r\nover\r\n");
        }
    }

    /** A shell at the terminal, which runs the command line and says how it ended; the modes can be asked for before and after. */
    private static Terminal shell(Sandbox box, Bundle bundle, String id, String redirections) {
        var words = new ArrayList<String>(
                List.of("sh", "-c", "\"$@\" " + redirections + "; echo code $?; exec sleep 1000", "sh"));
        words.addAll(List.of(box.running(bundle, id).command()));
        return box.terminal(24, 80, words.toArray(String[]::new));
    }

    @Test
    @Covers("P2")
    void theCallersTerminalIsRestored(Sandbox box) {
        var id = box.newId();
        try (var terminal = shell(box, bundle(box).shell("echo ready; read x; exit 6"), id, "")) {
            var before = terminal.modes();
            terminal.awaitScreen("ready");
            var settled = Processes.await(PATIENCE, () -> !terminal.modes().equals(before));
            assertThat(settled).as("raw while the container runs").isTrue();
            terminal.type("\n").awaitScreen("code 6");
            assertThat(terminal.modes()).isEqualTo(before);
        }
    }

    @Test
    @Covers("P2")
    void theCallersTerminalIsRestoredWhenTheContainerIsKilled(Sandbox box) {
        var id = box.newId();
        try (var terminal = shell(box, bundle(box).shell("echo ready; while :; do sleep 1; done"), id, "")) {
            var before = terminal.modes();
            terminal.awaitScreen("ready");
            Processes.await(PATIENCE, () -> !terminal.modes().equals(before));
            box.runtime("kill", id, "KILL").execute().succeeded();
            terminal.awaitScreen("code 137");
            assertThat(terminal.modes()).isEqualTo(before);
        }
    }

    @Test
    @Covers("P2")
    void theCallersTerminalIsRestoredWhenTheRuntimeIsToldToEnd(Sandbox box) {
        var id = box.newId();
        var pid = box.directory().resolve("pid");
        var script = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done";
        var words = new ArrayList<>(List.of(
                "sh",
                "-c",
                "sh -c 'echo $$ >" + pid + "; exec \"$@\"' sh \"$@\"; echo code $?; exec sleep 1000",
                "sh"));
        words.addAll(List.of(box.running(bundle(box).shell(script), id).command()));
        try (var terminal = box.terminal(24, 80, words.toArray(String[]::new))) {
            var before = terminal.modes();
            terminal.awaitScreen("ready");
            Processes.await(PATIENCE, () -> !terminal.modes().equals(before));
            box.host("kill", "-TERM", Sandbox.read(pid).strip()).execute().succeeded();
            terminal.awaitScreen("code 3");
            assertThat(terminal.modes()).isEqualTo(before);
        }
    }

    /** As any program that changes the terminal: a job in the background waits to be brought into the foreground. */
    @Test
    @Covers("P2")
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "goes on in the background and changes the terminal of the shell in the foreground",
            skip = true)
    void aJobInTheBackgroundIsStoppedUntilItIsInTheForeground(Sandbox box) {
        var bundle = bundle(box).shell("echo started; read word; echo got $word");
        var run = String.join(" ", box.running(bundle, box.newId()).command());
        try (var terminal = box.terminal(24, 400, "bash", "--norc", "-i")) {
            terminal.type(run + " & sleep 2\n").awaitScreen("sleep 2\r\n");
            var stopped = Processes.await(PATIENCE, () -> {
                Processes.pause(Duration.ofMillis(500));
                return terminal.type("jobs\n").screen().contains("Stopped");
            });
            assertThat(stopped).as(terminal.screen()).isTrue();
            terminal.type("fg\n").awaitScreen("started\r\n");
            Processes.pause(Duration.ofMillis(300));
            terminal.type("word\n").awaitScreen("got word\r\n");
            // What is typed before the terminal is the shell's again is the container's, and lost with it.
            Processes.await(PATIENCE, () -> terminal.screen().endsWith("# "));
            terminal.type("exit 5\n");
            assertThat(terminal.awaitExit()).isEqualTo(5);
        }
    }

    /** A caller's terminal that is hung up is, to the container, a terminal that is hung up. */
    @Test
    @Covers("P2")
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "keeps the container's terminal open: its process is told by a forwarded SIGHUP only",
            skip = true)
    void aHangUpIsPassedOn(Sandbox box) throws IOException {
        Path out = Files.createDirectory(box.directory().resolve("out"));
        var bundle = bundle(box)
                .bind(out, "/out", "bind")
                .shell("trap 'echo hup >/out/signal' HUP; echo ready; while read line; do :; done; echo end >/out/end");
        try (var terminal = box.terminal(bundle, box.newId())) {
            terminal.awaitScreen("ready");
            terminal.hangUp();
            terminal.awaitExit();
            assertThat(out.resolve("signal")).hasContent("hup");
            assertThat(out.resolve("end")).hasContent("end");
        }
        box.nothingLeft();
    }

    /** Output to somewhere else is complete, and the terminal still serves for input. */
    @Test
    @Covers("P2")
    void onlyInputNeedsToBeATerminal(Sandbox box) {
        var id = box.newId();
        var file = box.directory().resolve("file");
        var bundle = bundle(box).shell("seq 1 20000; exit 4");
        try (var terminal = shell(box, bundle, id, ">" + file)) {
            terminal.awaitScreen("code 4");
            assertThat(Sandbox.read(file).replace("\r", "")).hasLineCount(20000).endsWith("20000\n");
        }
    }

    /** There is no end of input in a terminal: minirt types the key for it. */
    @Test
    @Covers("P2")
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "sends nothing at the end of its input: cat waits for more for ever",
            skip = true)
    void theEndOfAnotherInputIsPassedOn(Sandbox box) {
        var file = Sandbox.write(box.directory().resolve("input"), "first\nlast, unfinished");
        try (var terminal = shell(box, bundle(box).shell("cat >/dev/null; exit 8"), box.newId(), "<" + file)) {
            terminal.awaitScreen("code 8");
            assertThat(terminal.screen()).startsWith("first\r\nlast, unfinished");
        }
    }

    /** A reader that has gone ends the container's terminal, not only the copying. */
    @Test
    @Covers("P2")
    @Deviates(runtime = Flavour.RUNC, reason = "stops copying; the container waits for ever", skip = true)
    void aReaderThatHasGoneIsAHangUp(Sandbox box) {
        try (var terminal = shell(box, bundle(box).args("yes"), box.newId(), "| head -n 1")) {
            terminal.awaitScreen("y\r\ncode 0");
        }
    }

    @Test
    @Covers("P2")
    void needsATerminal(Sandbox box) {
        Outcome outcome = box.running(bundle(box).args("true"), box.newId())
                .within("setsid", "--wait")
                .execute();
        box.refused(outcome, "/process/terminal", "terminal");
    }

    @Test
    @Covers("P2")
    void refusesWhatIsDetachedWithoutAConsoleSocket(Sandbox box) {
        box.createFails(bundle(box).args("true"), "/process/terminal", "--console-socket");
        box.refused(
                box.running(bundle(box).args("true"), box.newId(), "--detach").execute(),
                "/process/terminal",
                "--console-socket");
    }

    @Test
    @Covers("P2")
    void refusesAConsoleSocketWithoutATerminal(Sandbox box) {
        var socket = "--console-socket=" + box.directory().resolve("s");
        box.refused(
                box.creating(box.bundle().args("true"), box.newId(), socket).execute(),
                "/process/terminal",
                "--console-socket");
        box.refused(
                box.running(bundle(box).args("true"), box.newId(), socket).execute(),
                "/process/terminal",
                "--console-socket");
    }

    @Test
    @Covers("P2")
    void saysThatNobodyListensAtTheConsoleSocket(Sandbox box) {
        var outcome = box.creating(bundle(box).args("true"), box.newId(), "--console-socket", "none.sock")
                .execute();
        box.refused(outcome, "none.sock");
    }

    /** As engines do it: one message with one descriptor, which they read when the runtime has gone. */
    @Test
    @Covers({"P2", "P3", "D8"})
    void sendsTheTerminalOverTheConsoleSocket(Sandbox box) {
        var bundle = bundle(box)
                .setJson("/process/consoleSize", "{'height': 31, 'width': 101}")
                .shell("stty size; read line; echo got $line; tty; exit 3");
        var socket = box.directory().resolve("console.sock");
        try (var terminal = box.consoleSocket(socket)) {
            var container = box.create(bundle, "--console-socket", socket.toString());
            assertThat(terminal.awaitReceived()).isEqualTo("/dev/ptmx");
            container.start();
            terminal.awaitScreen("31 101").type("word\n").awaitScreen("got word\r\n/dev/pts/0\r\n");
            terminal.awaitSilence();
            container.awaitExit();
            container.delete().succeeded();
        }
    }

    @Test
    @Covers({"P2", "P3"})
    void runsDetachedWithAConsoleSocket(Sandbox box) {
        var socket = box.directory().resolve("console.sock");
        var bundle = bundle(box).shell("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done");
        var id = box.newId();
        try (var terminal = box.consoleSocket(socket)) {
            var run = box.running(bundle, id, "--detach", "--console-socket", socket.toString());
            assertThat(run.execute().succeeded().stdout()).isEmpty();
            terminal.awaitScreen("ready").resize(50, 60);
            terminal.awaitScreen("50 60");
            box.container(id, run).awaitExit();
        }
    }

    /** CVE-2025-52565, and its like: without a devpts of its own a container has no terminal. */
    @Test
    @Covers("P2")
    void takesNoTerminalFromElsewhere(Sandbox box) throws IOException {
        var socket = box.directory().resolve("console.sock");
        try (var _ = box.consoleSocket(socket)) {
            var bundle = bundle(box).withoutMount("/dev/pts").args("true");
            var outcome = box.creating(bundle, box.newId(), "--console-socket", socket.toString())
                    .execute();
            box.refused(outcome, "/process/terminal", "/dev/pts");
        }
    }

    /** CVE-2026-88264: a /dev/console of the image's that leads out of it. */
    @Test
    @Covers({"P2", "D8"})
    void followsNoConsoleOfTheImage(Sandbox box) throws IOException {
        var target = box.directory().resolve("target");
        var bundle = bundle(box).args("true").writable();
        bundle.withoutMount("/dev/shm").withoutMount("/dev/mqueue").withoutMount("/dev");
        Files.createDirectories(bundle.rootfs("dev/pts"));
        Files.createSymbolicLink(bundle.rootfs("dev/console"), Path.of("../../../../../../.." + target));
        try (var terminal = box.terminal(bundle, box.newId())) {
            assertThat(terminal.awaitExit()).isEqualTo(1);
            assertThat(terminal.screen()).contains(box.runtime().isMinirt() ? "/dev/console" : "console");
            assertThat(target).doesNotExist();
            assertThat(bundle.rootfs(target.toString().substring(1))).doesNotExist();
        }
        box.nothingLeft();
    }

    /** P3: consoleSize MUST be ignored without a terminal. */
    @Test
    @Covers("P3")
    void ignoresTheSizeWithoutATerminal(Sandbox box) {
        var bundle = box.bundle().setJson("/process/consoleSize", "{'height': 31, 'width': 101}");
        assertThat(box.output(bundle.shell("test -t 1 || echo none"))).isEqualTo("none\n");
    }
}
