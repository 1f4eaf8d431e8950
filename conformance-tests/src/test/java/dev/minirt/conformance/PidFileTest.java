package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pid file, which callers wait for and read: whole or not there at all, and never at the cost of anything else. */
@Conformance
class PidFileTest {
    @ParameterizedTest
    @Covers("trap 2")
    @ValueSource(booleans = {true, false})
    void writesThePidFileWithoutANewline(boolean exists, Sandbox box) {
        Path file = box.directory().resolve("pidfile/pid");
        Sandbox.write(exists ? file : file.resolveSibling("other"), "");
        Container container = box.create(box.bundle().idle(), "--pid-file", file.toString());
        assertThat(Sandbox.read(file)).isEqualTo("" + container.pid());
        assertThat(Sandbox.list(file.getParent() == null ? file : file.getParent()))
                .as("no temporary file stays")
                .containsExactlyElementsOf(exists ? List.of("pid") : List.of("other", "pid"));
    }

    @Test
    @Covers("trap 2")
    void writesThePidFileOfADetachedRun(Sandbox box) {
        Path file = box.directory().resolve("pid");
        String id = box.newId();
        Invocation run = box.running(box.bundle().idle(), id, "--detach", "--pid-file", file.toString());
        run.execute().succeeded();
        assertThat(Sandbox.read(file)).isEqualTo("" + box.container(id, run).pid());
    }

    @Test
    @Covers("trap 2")
    void takesARelativePidFile(Sandbox box) {
        Bundle bundle = box.bundle().idle();
        String id = box.newId();
        Invocation create =
                box.creating(bundle, id, "--pid-file", "relative.pid").from(box.directory());
        Container container = box.created(id, create);
        assertThat(Sandbox.read(box.directory().resolve("relative.pid"))).isEqualTo("" + container.pid());
    }

    @Test
    @Covers("trap 2")
    void writesNoPidFileWhenCreateFails(Sandbox box) {
        Path file = box.directory().resolve("pid");
        String id = box.newId();
        box.refused(box.creating(box.bundle().args("nosuch"), id, "--pid-file", file.toString())
                .execute());
        assertThat(file).doesNotExist();
    }

    @Test
    @Covers("trap 2")
    void failsWhenThePidFileCannotBeWritten(Sandbox box) {
        box.refused(box.creating(box.bundle(), box.newId(), "--pid-file", "/nonexistent/dir/pid")
                .execute());
    }

    /** The file is renamed into place: over a device node that would take it from the whole machine. */
    @ParameterizedTest
    @Covers("trap 2")
    @ValueSource(strings = {"device", "fifo", "directory", "link to a device"})
    @Deviates(runtime = Flavour.RUNC, reason = "replaces it", cases = "device|fifo|link.*")
    @Deviates(runtime = Flavour.CRUN, reason = "writes to it", skip = true)
    void refusesToReplaceWhatIsNoFile(String kind, Sandbox box) throws IOException {
        Path node = box.directory().resolve("node");
        switch (kind) {
            case "fifo" -> box.host("mkfifo", node.toString()).execute().succeeded();
            case "directory" -> Files.createDirectory(node);
            default ->
                box.host("mknod", node.toString(), "c", "1", "3").execute().succeeded();
        }
        Path file = node;
        if (kind.startsWith("link")) {
            file = Files.createSymbolicLink(box.directory().resolve("link"), node);
        }
        String before = box.host("stat", "-c", "%F %i", node.toString(), file.toString())
                .execute()
                .succeeded()
                .stdout();
        Container container = box.start(box.bundle().idle()).awaitOutput("ready");
        for (Outcome outcome : List.of(
                box.runtime("exec", "--pid-file", file.toString(), container.id(), "echo", "executed")
                        .execute(),
                box.creating(box.bundle().idle(), box.newId(), "--pid-file", file.toString())
                        .execute(),
                box.running(box.bundle().idle(), box.newId(), "-d", "--pid-file", file.toString())
                        .execute())) {
            assertThat(outcome.code()).as("%s", outcome).isNotZero();
            assertThat(outcome.stdout()).as("%s", outcome).doesNotContain("executed");
            if (box.runtime().isMinirt()) {
                assertThat(outcome.stderr()).hasLineCount(1).contains("--pid-file " + file);
            }
        }
        assertThat(box.host("stat", "-c", "%F %i", node.toString(), file.toString())
                        .execute()
                        .succeeded()
                        .stdout())
                .isEqualTo(before);
        container.destroy();
    }

    @ParameterizedTest
    @Covers("trap 2")
    @ValueSource(strings = {"a file", "nothing"})
    void replacesALinkItself(String target, Sandbox box) throws IOException {
        Path other = box.directory().resolve("other");
        if (target.equals("a file")) {
            Sandbox.write(other, "precious");
        }
        Path link = Files.createSymbolicLink(box.directory().resolve("link"), other);
        Container container = box.create(box.bundle().idle(), "--pid-file", link.toString());
        assertThat(link).isRegularFile().hasContent(Long.toString(container.pid()));
        assertThat(Files.isSymbolicLink(link)).isFalse();
        if (target.equals("a file")) {
            assertThat(other).hasContent("precious");
        }
    }
}
