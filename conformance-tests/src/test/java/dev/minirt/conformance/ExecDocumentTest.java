package dev.minirt.conformance;

import static dev.minirt.conformance.harness.Exec.output;
import static dev.minirt.conformance.harness.Exec.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec --process}: a document that says what the process is, from wherever it comes; some of it is true of {@code update --resources}, too. */
@Conformance
class ExecDocumentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static Path document(Sandbox box, String members) {
        return Sandbox.write(box.directory().resolve(box.newId() + ".json"), """
                {"cwd": "/", "args": ["sh", "-c", "%s"], "env": ["PATH=/bin", "HOME=/"]%s}
                """.formatted(
                        members.substring(0, members.indexOf('|')), members.substring(members.indexOf('|') + 1)));
    }

    @Test
    @Covers({"exec", "P7", "P9", "P12", "P8"})
    @Deviates(runtime = Flavour.RUNC, reason = "takes no umask from the document")
    void aDocumentSaysItAll(Sandbox box) {
        var container = running(box, box.bundle().capabilities("CAP_KILL", "CAP_CHOWN"));
        var file = document(
                box,
                "id -u; id -g; id -G; umask; grep CapEff /proc/self/status|"
                        + ", \"user\": {\"uid\": 5, \"gid\": 6, \"umask\": 63, \"additionalGids\": [8]}, \"capabilities\": {\"bounding\": [\"CAP_CHOWN\"]}");
        var outcome = box.runtime("exec", "--process", file.toString(), container.id())
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("5\n6\n6 8\n0077\nCapEff:\t0000000000000000\n");
    }

    @Test
    @Covers("exec")
    @Deviates(runtime = Flavour.RUNC, reason = "has no - for standard input")
    void aDocumentMayComeByStandardInput(Sandbox box) {
        var container = running(box, box.bundle());
        var file = document(box, "echo here|, \"user\": {\"uid\": 0, \"gid\": 0}");
        var outcome = box.host(
                        "sh",
                        "-c",
                        "cat " + file + " | " + box.runtime().binary() + " --root " + box.stateRoot() + " exec -p - "
                                + container.id())
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("here\n");
    }

    /** What a shell or an engine has for standard input may be a socket, which cannot be opened by name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exec --process - | {"cwd": "/", "args": ["echo", "here"], "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0}} | here
            update -r -      | {}                                                                                         | ''
            """)
    @Covers({"exec", "update"})
    @Deviates(runtime = Flavour.RUNC, reason = "exec has no - for standard input", cases = "exec.*")
    void aDocumentMayComeThroughASocket(String words, String json, String output, Sandbox box) throws Exception {
        var container = running(box, box.bundle());
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var command = new ArrayList<>(List.of(words.split(" ", -1)));
            command.add(container.id());
            var started = box.spawn(box.runtime(command.toArray(String[]::new))
                    .within(
                            "bash",
                            "-c",
                            "exec 0<>/dev/tcp/127.0.0.1/" + listener.getLocalPort() + "; exec \"$@\"",
                            "bash"));
            try (var connection = listener.accept()) {
                connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
                connection.shutdownOutput();
                assertThat(started.await().succeeded().stdout().strip()).isEqualTo(output);
            }
        }
    }

    /** What only the caller can open, and what has no content yet. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exec --process @ | {"cwd": "/", "args": ["echo", "here"], "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0}} | here
            update -r @      | {}                                                                                         | ''
            """)
    @Covers({"exec", "update"})
    void aDocumentMayComeThroughAPipeOfTheShell(String words, String json, String output, Sandbox box) {
        var container = running(box, box.bundle());
        var file = Sandbox.write(box.directory().resolve("document.json"), json);
        var script = String.join(
                " ",
                box.runtime().binary().toString(),
                "--root",
                box.stateRoot().toString(),
                words.replace("@", "<(sleep 0.3; cat " + file + ")"),
                container.id());
        assertThat(box.host("bash", "-c", script).execute().succeeded().stdout().strip())
                .isEqualTo(output);
        var fifo = box.directory().resolve("fifo");
        box.host("mkfifo", fifo.toString()).execute().succeeded();
        box.helper("sh", "-c", "exec cat " + file + " >" + fifo);
        var command =
                new ArrayList<>(List.of(words.replace("@", fifo.toString()).split(" ", -1)));
        command.add(container.id());
        assertThat(box.runtime(command.toArray(String[]::new))
                        .execute()
                        .succeeded()
                        .stdout()
                        .strip())
                .isEqualTo(output);
    }

    /** Attack: a FIFO that nobody writes to. */
    @ParameterizedTest
    @ValueSource(strings = {"exec --process", "update -r"})
    @Covers({"exec", "update"})
    void aSignalEndsTheWaitForADocument(String words, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "a runtime whose exit code of a signal is known");
        var container = running(box, box.bundle());
        var fifo = box.directory().resolve("fifo");
        box.host("mkfifo", fifo.toString()).execute().succeeded();
        var command = new ArrayList<>(List.of(words.split(" ", -1)));
        command.add(fifo.toString());
        command.add(container.id());
        var started = box.spawn(box.runtime(command.toArray(String[]::new)));
        assertThat(Processes.await(
                        PATIENCE, () -> Processes.hasOpen(started.process().pid(), fifo)))
                .isTrue();
        started.process().destroy();
        assertThat(started.await().code()).isEqualTo(128 + 15);
    }

    /** What confines the process is never passed over in silence. */
    @ParameterizedTest
    @ValueSource(strings = {"--no-new-privs", "--cap CAP_KILL", "--apparmor x", "--user 5", "--cwd /bin", "--env A=1"})
    @Covers("exec")
    @Deviates(runtime = Flavour.RUNC, reason = "ignores the flag")
    void refusesFlagsThatADocumentMakesMoot(String flag, Sandbox box) {
        var container = running(box, box.bundle());
        var file = document(box, "echo here|, \"user\": {\"uid\": 0, \"gid\": 0}");
        var words = new ArrayList<>(List.of("exec", "--process", file.toString()));
        words.addAll(List.of(flag.split(" ", -1)));
        words.add(container.id());
        var outcome = box.runtime(words.toArray(String[]::new)).execute();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.stdout()).isEmpty();
        if (box.runtime().isMinirt()) {
            assertThat(outcome.stderr()).contains(flag.split(" ", -1)[0] + " cannot be combined with --process");
        }
    }
}
