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
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What callers give to a runtime and get back from it: descriptors, signals, environment, children; and callers that give little, or die. */
@Conformance
class CallerTest {
    @Test
    @Covers({"trap 4", "R10"})
    void needsNoEnvironment(Sandbox box) {
        String id = box.newId();
        Bundle bundle = box.bundle().args("echo", "größe");
        Invocation create = box.creating(bundle, id).withoutEnvironment();
        create.execute().succeeded();
        box.runtime("start", id).withoutEnvironment().execute().succeeded();
        Container container = box.container(id, create).awaitExit();
        assertThat(create.stdout()).isEqualTo("größe\n");
        box.runtime("state", id).withoutEnvironment().execute().succeeded();
        box.runtime("delete", container.id()).withoutEnvironment().execute().succeeded();
    }

    @Test
    @Covers("trap 5")
    void leavesInitToTheCallerAsItsSubreaper(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        assertThat(Processes.entry(container.pid()).orElseThrow().parent())
                .isEqualTo(ProcessHandle.current().pid());
        container.start();
        assertThat(Processes.entry(container.pid()).orElseThrow().parent())
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    @Covers("trap 6")
    void letsGoOfTheCallersPipesWhenCreateFails(Sandbox box) {
        // cat ends only when nobody holds the pipe any more.
        Outcome outcome = box.creating(box.bundle().args("nosuch"), box.newId())
                .within("sh", "-c", "\"$@\" 2>&1 | cat", "sh")
                .execute();
        assertThat(outcome.stdout()).contains("nosuch");
        box.nothingLeft();
    }

    @Test
    @Covers({"trap 6", "trap 5"})
    void leavesNothingButInitBehindCreate(Sandbox box) {
        List<Long> before = descendants();
        Container container = box.create(box.bundle().idle());
        List<Long> children = new ArrayList<>(descendants());
        children.removeAll(before);
        assertThat(children).containsExactly(container.pid());
    }

    private static List<Long> descendants() {
        return ProcessHandle.current().descendants().map(ProcessHandle::pid).toList();
    }

    @Test
    @Covers({"trap 7", "S2"})
    void closesTheCallersDescriptors(Sandbox box) {
        box.needsProbe();
        String id = box.newId();
        Invocation create = box.creating(box.bundle().args("/bin/probe", "fds"), id)
                .within(
                        "sh",
                        "-c",
                        "exec 3</ 4</proc 5</tmp 6<&0 7>/dev/null 9<" + box.canary() + "; exec \"$@\"",
                        "sh");
        Container container = box.created(id, create).start().awaitExit();
        assertThat(container.stdout().lines()).hasSize(3);
    }

    @Test
    @Covers("trap 7")
    @Deviates(runtime = Flavour.RUNC, reason = "what runc itself has open gets in")
    void doesNotFillPreservedDescriptorsWithItsOwn(Sandbox box) {
        box.needsProbe();
        // 3 is closed, 4 is not: 3 must not turn up in the container.
        Outcome outcome = box.running(box.bundle().args("/bin/probe", "fds"), box.newId(), "--preserve-fds", "2")
                .within("sh", "-c", "exec 3<&- 4</dev/full; exec \"$@\"", "sh")
                .execute();
        List<String> lines = outcome.stdout().lines().toList();
        if (outcome.code() == 0) {
            assertThat(lines.subList(3, lines.size())).containsExactly("4 /dev/full");
        } else {
            // refusing is as good, if it says so
            outcome.failed("preserve-fds");
        }
    }

    @Test
    @Covers({"trap 8", "R10"})
    @Deviates(runtime = Flavour.RUNC, reason = "signals that the caller ignores stay ignored")
    void resetsSignals(Sandbox box) {
        box.needsProbe();
        Outcome outcome = box.running(box.bundle().args("/bin/probe", "signals"), box.newId())
                .within("sh", "-c", "trap '' PIPE HUP INT USR1; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("blocked=0 ignored=\n");
    }

    @Test
    @Covers({"trap stdio", "P22"})
    void givesStandardStreamsToTheUser(Sandbox box) {
        // Engines hand over pipes that belong to root; /dev/stdout must nevertheless be opened by the user.
        Bundle bundle = box.bundle()
                .shell("echo to stdout > /dev/stdout; echo to stderr > /dev/stderr")
                .set("/process/user/uid", 1000);
        Outcome outcome = box.running(bundle, box.newId())
                .within("sh", "-c", "\"$@\" 2>&1 | cat", "sh")
                .execute();
        assertThat(outcome.stdout().lines()).containsExactlyInAnyOrder("to stdout", "to stderr");
    }

    @Test
    @Covers("trap 5")
    void survivesTheDeathOfItsCaller(Sandbox box) {
        String id = box.newId();
        box.creating(box.bundle().idle(), id)
                .within("sh", "-c", "\"$@\"; exit 0", "sh")
                .execute()
                .succeeded();
        Processes.pause(Duration.ofMillis(100));
        assertThat(box.state(id).path("status").asString()).isEqualTo("created");
        box.runtime("start", id).execute().succeeded();
        assertThat(box.state(id).path("status").asString()).isEqualTo("running");
    }

    @Test
    @Covers("trap 6")
    void worksWithoutStandardStreams(Sandbox box) {
        String id = box.newId();
        Outcome create = box.creating(box.bundle().args("true"), id)
                .within("sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh")
                .execute();
        assertThat(create.code()).isZero();
        box.runtime("start", id).execute().succeeded();
        box.runtime("delete", "--force", id).execute().succeeded();
    }

    @Test
    @Covers({"R10", "R3"})
    void worksInAnUnfriendlyEnvironment(Sandbox box) {
        Bundle bundle = box.bundle()
                .shell("umask; cut -d ' ' -f 19 /proc/self/stat; cat /proc/self/oom_score_adj")
                .set("/process/user/umask", 18);
        Outcome outcome = box.running(bundle.set("/process/oomScoreAdj", 0).remove("/process/rlimits"), box.newId())
                .with("LD_PRELOAD", "")
                .with("LC_ALL", "xx_XX.nonsense")
                .with("TMPDIR", "/nonexistent")
                .with("HOME", "/nonexistent")
                .within("sh", "-c", "umask 0777; ulimit -n 64; exec nice -n 5 \"$@\"", "sh")
                .execute();
        int nice = Math.min(19, ownNiceness() + 5);
        assertThat(outcome.succeeded().stdout()).isEqualTo("0022\n" + nice + "\n0\n");
    }

    /** Field 19 of /proc/self/stat: the tests themselves may run under nice(1). */
    private static int ownNiceness() {
        String stat = Sandbox.read(Path.of("/proc/self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }

    @Test
    @Covers("S15")
    @Deviates(runtime = Flavour.RUNC, reason = "exec.fifo is made with the caller's umask")
    void protectsItsStateWhateverTheUmask(Sandbox box) throws IOException {
        String id = box.newId();
        Path root = box.stateRoot().resolve("made/by/runtime");
        Bundle bundle = box.bundle().idle().write();
        box.bareRuntime(
                        "--root",
                        root.toString(),
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        id)
                .within("sh", "-c", "umask 0; exec \"$@\"", "sh")
                .execute()
                .succeeded();
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                if (!Files.isSymbolicLink(file)) {
                    assertThat((int) Files.getAttribute(file, "unix:mode") & 022)
                            .as("writable by others: %s", file)
                            .isZero();
                }
            }
        }
        box.bareRuntime("--root", root.toString(), "delete", "--force", id)
                .execute()
                .succeeded();
        assertThat(Sandbox.list(root)).isEmpty();
        Files.delete(root);
        Files.delete(root.resolveSibling(""));
    }
}
