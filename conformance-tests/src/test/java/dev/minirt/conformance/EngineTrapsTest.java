package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What podman, containerd, docker, buildah and CRI-O rely on without any specification saying so. */
@Conformance
class EngineTrapsTest {
    @Test
    @Covers("trap 1")
    void deletesAnUnknownContainerByForceInSilence(Sandbox box) {
        Outcome outcome = box.runtime("delete", "--force", "unknown").execute().succeeded();
        assertThat(outcome.stdout()).isEmpty();
        box.runtime("delete", "-f", "unknown").execute().succeeded();
    }

    @Test
    @Covers("trap 1")
    void deletesByForceTwice(Sandbox box) {
        Container container = box.start(box.bundle().args("true")).awaitExit();
        container.delete().succeeded();
        container.deleteForcibly().succeeded();
    }

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

    @Test
    @Covers("trap 3")
    void staysSilentWhenAllIsWell(Sandbox box) {
        Bundle bundle = box.bundle().args("true");
        String id = box.newId();
        for (Invocation invocation : List.of(
                box.creating(bundle, id),
                box.runtime("start", id),
                box.runtime("state", id),
                box.runtime("list"),
                box.bareRuntime("features"),
                box.bareRuntime("--version"),
                box.runtime("delete", "--force", id))) {
            invocation
                    .with("JAVA_TOOL_OPTIONS", "-Dx=y")
                    .with("JDK_JAVA_OPTIONS", "-Dx=y")
                    .with("_JAVA_OPTIONS", "-Dx=y")
                    .execute()
                    .succeeded();
        }
    }

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
    @Covers({"trap 4", "R10"})
    void keepsBytesThatAreNotAscii(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().shell("pwd; echo *; echo $X").env("X=日本").writable();
        bundle.set("/process/cwd", "/мир");
        Sandbox.write(bundle.rootfs("мир", "файл"), "");
        Path renamed = box.directory().resolve("bündel");
        bundle.write();
        Files.move(bundle.directory(), renamed);
        Outcome outcome = box.runtime("run", "--bundle", renamed.toString(), box.newId())
                .withoutEnvironment()
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("/мир\nфайл\n日本\n");
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
        Bundle bundle = box.bundle().args("nosuch").write();
        Outcome outcome = box.host(
                        "sh",
                        "-c",
                        "\"$@\" 2>&1 | cat",
                        "sh",
                        box.runtime().binary().toString(),
                        "--root",
                        box.stateRoot().toString(),
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        box.newId())
                .execute();
        assertThat(outcome.stdout()).contains("nosuch");
        box.nothingLeft();
    }

    @Test
    @Covers({"trap 6", "trap 5"})
    void leavesNothingButInitBehindCreate(Sandbox box) {
        Container container = box.create(box.bundle().idle());
        List<Long> children =
                ProcessHandle.current().descendants().map(ProcessHandle::pid).toList();
        assertThat(children).containsExactly(container.pid());
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
    @Covers("trap 9")
    void needsNoBundleForKillStateAndDelete(Sandbox box) {
        Container container = box.start(box.bundle().idle());
        // A caller whose mount namespace has neither bundle nor rootfs.
        String script = "mount -t tmpfs none " + box.directory() + "/bundle1 && exec \"$@\"";
        for (List<String> command : List.of(
                List.of("state", container.id()),
                List.of("kill", container.id(), "KILL"),
                List.of("delete", "-f", container.id()))) {
            box.runtime(command.toArray(String[]::new))
                    .within("unshare", "--mount", "sh", "-c", script, "sh")
                    .execute()
                    .succeeded();
        }
        box.nothingLeft();
    }

    @ParameterizedTest
    @Covers("trap 10")
    @CsvSource({"--bundle, ' '", "--bundle, =", "-b, ' '", "-bundle, ' '", "-bundle, =", "-b, ="})
    @Deviates(runtime = Flavour.CRUN, cases = "\"-bundle\"", reason = "GNU option parser", skip = true)
    void knowsFlagsInEverySpelling(String flag, String separator, Sandbox box) {
        Bundle bundle = box.bundle().args("echo", "ok").write();
        String value = bundle.directory().toString();
        Invocation run = separator.equals("=")
                ? box.runtime("run", flag + "=" + value, box.newId())
                : box.runtime("run", flag, value, box.newId());
        assertThat(run.execute().succeeded().stdout()).isEqualTo("ok\n");
    }

    @ParameterizedTest
    @Covers("trap 10")
    @ValueSource(
            strings = {
                "--root=ROOT",
                "-root=ROOT",
                "--root=/nonexistent --root=ROOT",
                "--debug=false --root ROOT",
                "--log-format=json --log /dev/null --root ROOT",
                "--rootless=false --root ROOT",
                "--rootless=auto --root ROOT"
            })
    void takesGlobalFlagsBeforeTheCommand(String flags, Sandbox box) {
        Container container = box.create(box.bundle().idle());
        String[] words =
                (flags.replace("ROOT", box.stateRoot().toString()) + " state " + container.id()).split(" ", -1);
        assertThat(box.bareRuntime(words)
                        .execute()
                        .succeeded()
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("created");
    }

    @Test
    @Covers("trap 10")
    void acceptsFlagsThatChangeNothingHere(Sandbox box) {
        String id = box.newId();
        Bundle bundle = box.bundle().idle();
        Container container = box.created(id, box.creating(bundle, id, "--no-new-keyring", "--preserve-fds=0"));
        assertThat(container.status()).isEqualTo("created");
    }

    @Test
    @Covers("trap 11")
    void logsExactlyOneJsonObjectWhenACommandFails(Sandbox box) {
        Path log = box.directory().resolve("log.json");
        Bundle bundle = box.bundle().args("nosuch").write();
        Outcome outcome = box.bareRuntime(
                        "--root",
                        box.stateRoot().toString(),
                        "--log",
                        log.toString(),
                        "--log-format",
                        "json",
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        box.newId())
                .execute()
                .failed("executable file not found in");
        JsonNode record = Json.read(Sandbox.read(log));
        assertThat(record.path("level").asString()).isEqualTo("error");
        assertThat(record.path("msg").asString()).contains("executable file not found in");
        assertThat(OffsetDateTime.parse(record.path("time").asString())).isNotNull();
        assertThat(outcome.stderr().strip())
                .as("the same text on stderr")
                .contains(record.path("msg").asString());
    }

    @Test
    @Covers("trap 11")
    void appendsToTheLog(Sandbox box) {
        Path log = Sandbox.write(box.directory().resolve("log.json"), "{\"level\":\"info\",\"msg\":\"before\"}\n");
        box.bareRuntime(
                        "--log",
                        log.toString(),
                        "--log-format",
                        "json",
                        "--root",
                        box.stateRoot().toString(),
                        "state",
                        "x")
                .execute()
                .failed();
        List<String> lines = Sandbox.read(log).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(Json.read(lines.get(1)).path("msg").asString()).contains("does not exist");
    }

    @Test
    @Covers("trap 11")
    void logsAsText(Sandbox box) {
        Path log = box.directory().resolve("log.text");
        box.bareRuntime("--log", log.toString(), "--root", box.stateRoot().toString(), "state", "x")
                .execute()
                .failed();
        assertThat(Sandbox.read(log)).contains("level=error").contains("msg=\"").contains("does not exist");
    }

    @ParameterizedTest
    @Covers({"trap 13", "P6"})
    @CsvSource({
        "nosuch, executable file not found in $PATH",
        "/nope, no such file or directory",
        "/etc/passwd, permission denied",
        "./nope, no such file or directory",
        "/etc/passwd/x, not a directory"
    })
    void findsAMissingProgramAtCreate(String program, String words, Sandbox box) {
        Outcome outcome = box.createFails(box.bundle().args(program, "argument"));
        assertThat(outcome.stderr()).contains(words).contains(program);
    }

    @Test
    @Covers({"trap 13", "P6"})
    @Deviates(runtime = Flavour.RUNC, reason = "permission denied, as built with Go 1.19")
    void findsADirectoryAsProgramAtCreate(Sandbox box) {
        assertThat(box.createFails(box.bundle().args("/etc")).stderr()).contains("is a directory");
    }

    @Test
    @Covers("trap 13")
    void saysWhatIsNoExecutable(Sandbox box) {
        Bundle bundle = box.bundle().args("/opt/not-a-program");
        Path file = Sandbox.write(bundle.rootfs("opt", "not-a-program"), "just text without an interpreter line\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        // Only execve knows: it is start (or run) that must say so.
        Container container = box.create(bundle);
        Outcome start = container.tryStart();
        if (box.runtime().isMinirt()) {
            assertThat(start.failed("exec format error").code()).isEqualTo(1);
        }
    }

    @Test
    @Covers({"trap stdio", "P22"})
    void givesStandardStreamsToTheUser(Sandbox box) {
        // Engines hand over pipes that belong to root; /dev/stdout must nevertheless be opened by the user.
        Bundle bundle = box.bundle()
                .shell("echo to stdout > /dev/stdout; echo to stderr > /dev/stderr")
                .set("/process/user/uid", 1000)
                .write();
        Outcome outcome = box.host(
                        "sh",
                        "-c",
                        "\"$@\" 2>&1 | cat",
                        "sh",
                        box.runtime().binary().toString(),
                        "--root",
                        box.stateRoot().toString(),
                        "run",
                        "--bundle",
                        bundle.directory().toString(),
                        box.newId())
                .execute();
        assertThat(outcome.stdout().lines()).containsExactlyInAnyOrder("to stdout", "to stderr");
    }

    @ParameterizedTest
    @Covers({"S3", "CVE-2024-21626"})
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 10, 12, 20})
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "vulnerable up to 1.1.11; whether an attempt gets out depends on numbers",
            skip = true)
    void refusesADescriptorAsWorkingDirectory(int descriptor, Sandbox box) {
        Bundle bundle = box.bundle().set("/process/cwd", "/proc/self/fd/" + descriptor);
        List<String> before = Sandbox.list(bundle.write().rootfs());
        Outcome outcome = box.creating(bundle, box.newId())
                .within("sh", "-c", "exec 3</ 4</ 5</ 6</ 7</ 8</ 9</; exec \"$@\"", "sh")
                .execute();
        box.refused(outcome, "cwd");
        assertThat(Sandbox.list(bundle.rootfs())).as("nothing is made").isEqualTo(before);
    }

    @Test
    @Covers({"S3", "CVE-2024-21626"})
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "vulnerable up to 1.1.11; whether an attempt gets out depends on numbers",
            skip = true)
    void refusesALinkToADescriptorAsWorkingDirectory(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().set("/process/cwd", "/link");
        Files.createSymbolicLink(bundle.rootfs("link"), Path.of("/proc/self/fd/7"));
        List<String> before = Sandbox.list(bundle.rootfs());
        Outcome outcome = box.creating(bundle, box.newId())
                .within("sh", "-c", "exec 7</; exec \"$@\"", "sh")
                .execute();
        box.refused(outcome, "cwd");
        assertThat(Sandbox.list(bundle.rootfs())).as("nothing is made").isEqualTo(before);
    }

    @Test
    @Covers("trap version")
    void printsItsVersionAsRuncDoes(Sandbox box) {
        for (String flag : List.of("--version", "-v")) {
            List<String> lines =
                    box.bareRuntime(flag).execute().succeeded().stdout().lines().toList();
            assertThat(lines.getFirst()).matches("(minirt|runc|crun) version \\S+");
            assertThat(lines.subList(1, lines.size()))
                    .as("docker info takes the last line with the word version")
                    .noneMatch(line -> line.contains("version"))
                    .anyMatch(line -> line.matches("spec: \\d+\\.\\d+\\.\\d+.*"));
        }
        assertThat(box.bareRuntime("--version").execute().stdout()).contains("\ncommit: ");
    }

    @Test
    @Covers("trap state")
    void tellsWhatEnginesReadFromState(Sandbox box) {
        Bundle bundle = box.bundle().idle();
        Container container = box.create(bundle);
        JsonNode state = container.state();
        assertThat(OffsetDateTime.parse(state.path("created").asString())).isNotNull();
        assertThat(state.path("rootfs").asString()).isEqualTo(bundle.rootfs().toString());
        assertThat(state.path("owner").isString()).isTrue();
    }

    @Test
    @Covers("trap list")
    void listsContainers(Sandbox box) {
        assertThat(box.runtime("list", "--quiet").execute().succeeded().stdout())
                .isEmpty();
        assertThat(box.runtime("list", "--format", "json")
                        .execute()
                        .succeeded()
                        .stdout()
                        .strip())
                .isIn("null", "[]");
        assertThat(box.runtime("list").execute().succeeded().stdout().strip())
                .matches("ID\\s+PID\\s+STATUS\\s+BUNDLE\\s+CREATED\\s+OWNER");
        Bundle bundle = box.bundle().idle();
        Container first = box.start(bundle);
        Container second = box.create(box.bundle().idle());
        assertThat(box.runtime("list", "-q").execute().succeeded().stdout().lines())
                .containsExactlyInAnyOrder(first.id(), second.id());
        String table = box.runtime("list").execute().succeeded().stdout();
        assertThat(table.lines()).hasSize(3);
        assertThat(table).containsPattern(first.id() + "\\s+" + first.pid() + "\\s+running\\s+" + bundle.directory());
        JsonNode json = box.runtime("list", "-f", "json").execute().succeeded().json();
        assertThat(json.size()).isEqualTo(2);
        assertThat(json.get(0).propertyNames())
                .contains("ociVersion", "id", "pid", "status", "bundle", "created", "owner", "rootfs");
    }

    @Test
    @Covers({"trap list", "K11"})
    void listsOthersWhenAStateFileIsBroken(Sandbox box) throws IOException {
        Container good = box.create(box.bundle().idle());
        Path garbage = box.stateRoot().resolve("garbage");
        Sandbox.write(garbage.resolve("state.json"), "{\"truncated");
        Outcome list = box.runtime("list", "--quiet").execute();
        assertThat(list.code()).as(list.toString()).isZero();
        assertThat(list.stdout()).contains(good.id());
        box.runtime("delete", "--force", "garbage").execute();
        if (Files.exists(garbage)) {
            Files.deleteIfExists(garbage.resolve("state.json"));
            Files.delete(garbage);
            assertThat(box.runtime().isMinirt())
                    .as("delete --force removes a broken state")
                    .isFalse();
        }
    }

    @Test
    @Covers("trap 5")
    void survivesTheDeathOfItsCaller(Sandbox box) {
        String id = box.newId();
        Bundle bundle = box.bundle().idle().write();
        box.host(
                        "sh",
                        "-c",
                        "\"$@\"; exit 0",
                        "sh",
                        box.runtime().binary().toString(),
                        "--root",
                        box.stateRoot().toString(),
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        id)
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

    @ParameterizedTest
    @Covers("trap help")
    @ValueSource(strings = {"--help", "create --help", "start --help", "run --help", "delete --help", "kill -h"})
    void helps(String words, Sandbox box) {
        Outcome outcome = box.bareRuntime(words.split(" ", -1)).execute().succeeded();
        assertThat(outcome.stdout()).containsIgnoringCase("usage");
    }

    @Test
    @Covers("trap help")
    void refusesUnknownCommandsAndFlags(Sandbox box) {
        assertThat(box.runtime("frobnicate").execute().code()).isNotZero();
        assertThat(box.runtime("state", "--frobnicate", "x").execute().code()).isNotZero();
        assertThat(box.runtime("--frobnicate", "list").execute().code()).isNotZero();
        assertThat(box.runtime("checkpoint", "--help").execute().code() == 0)
                .as("podman takes success for support of checkpoints")
                .isEqualTo(!box.runtime().isMinirt());
    }
}
