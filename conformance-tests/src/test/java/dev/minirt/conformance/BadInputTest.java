package dev.minirt.conformance;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong: one line that says where, exit code 1, and nothing left behind. */
@Conformance
class BadInputTest {
    /** A file that is to receive the table with the messages as they are now, for review; see bad-configs.tsv. */
    private static final @Nullable String UPDATED = System.getenv("MINIRT_TEST_MESSAGES");

    /** The lines of {@code bad-configs.tsv}. */
    static Stream<Arguments> configs() {
        return Sandbox.resource("bad-configs.tsv")
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> Arguments.of((Object[]) line.split("\t", 3)));
    }

    private static void mutate(Bundle bundle, String mutation) {
        for (String step : mutation.split(" ;; ", -1)) {
            String[] words = step.split(" ", 3);
            switch (words[0]) {
                case "set" -> bundle.set(words[1], Json.read(words[2]));
                case "append" -> bundle.set(words[1] + "/-", Json.read(words[2]));
                case "remove" -> bundle.remove(words[1]);
                case "text" -> bundle.verbatim(step.substring("text ".length()).replace("\\uFEFF", "\uFEFF"));
                default -> throw new IllegalArgumentException(mutation);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @Covers({"C1", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C13", "2.17"})
    @MethodSource("configs")
    @Deviates(runtime = Flavour.RUNC, cases = "null document", reason = "Go panic, exit code 2")
    void refusesTheConfiguration(String name, String mutation, String words, Sandbox box) throws IOException {
        box.needs(box.runtime().isMinirt() || !name.endsWith("?"), "a runtime that validates this");
        Bundle bundle = box.bundle();
        mutate(bundle, mutation);
        Outcome outcome = box.createFails(bundle);
        if (box.runtime().isMinirt()) {
            String said = outcome.stderr()
                    .strip()
                    .replaceFirst("^minirt create failed: ", "")
                    .replace(bundle.directory().toString(), "BUNDLE");
            if (UPDATED != null) {
                Files.writeString(Path.of(UPDATED), name + "\t" + mutation + "\t" + said + "\n", CREATE, APPEND);
            } else {
                assertThat(said).matches(pattern(words));
            }
        }
    }

    /** A text in which an asterisk stands for anything: what a kernel or a C library says may change. */
    private static Pattern pattern(String words) {
        return Pattern.compile(
                Stream.of(words.split("\\*", -1)).map(Pattern::quote).collect(joining(".*")));
    }

    @Test
    @Covers("C1")
    @Deviates(runtime = Flavour.RUNC, reason = "bytes that are not UTF-8 are replaced")
    void refusesInvalidUtf8(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().env("X=REPLACE").write();
        Path config = bundle.directory().resolve("config.json");
        byte[] bytes = Sandbox.read(config).getBytes(StandardCharsets.ISO_8859_1);
        int at = Sandbox.read(config).indexOf("REPLACE");
        bytes[at] = (byte) 0xff;
        Files.write(config, bytes);
        box.refused(
                box.runtime("create", "--bundle", bundle.directory().toString(), box.newId())
                        .execute(),
                "config.json");
    }

    @ParameterizedTest
    @Covers({"C1", "G1"})
    @ValueSource(strings = {"{\"ociVersion\"", "\"cwd\"", "\"type\":\"pid\""})
    @Deviates(runtime = Flavour.RUNC, reason = "the last one wins")
    @Deviates(runtime = Flavour.CRUN, reason = "the last one wins")
    void refusesADuplicateName(String before, Sandbox box) {
        Bundle bundle = box.bundle();
        String config = bundle.config().toString();
        String name = before.replaceAll("[{]|:.*", "");
        String twice =
                before.startsWith("{") ? "{" + name + ":\"1.0.2\"," + config.substring(1) : twice(config, before, name);
        box.createFails(bundle.verbatim(twice), name.replace("\"", ""));
    }

    private static String twice(String config, String before, String name) {
        assertThat(config).contains(before);
        return config.replaceFirst(Pattern.quote(before), name + ":\"x\"," + before);
    }

    @Test
    @Covers("C1")
    @Deviates(runtime = Flavour.RUNC, reason = "replaced by U+FFFD")
    void refusesALoneSurrogate(Sandbox box) {
        Bundle bundle = box.bundle().env("X=REPLACE");
        bundle.verbatim(bundle.config().toString().replace("REPLACE", "\\ud800"));
        box.createFails(bundle, "/process/env/2");
    }

    @Test
    @Covers("C2")
    void refusesDeepNesting(Sandbox box) {
        Bundle bundle = box.bundle();
        bundle.verbatim("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + ","
                + bundle.config().toString().substring(1));
        box.createFails(bundle, "config.json");
    }

    @Test
    @Covers("C2")
    @Deviates(runtime = Flavour.RUNC, reason = "reads whatever there is", skip = true)
    void answersSoonToAHugeConfiguration(Sandbox box) {
        Bundle bundle = box.bundle();
        bundle.verbatim("{\"x\":\"" + "y".repeat(32 << 20) + "\","
                + bundle.config().toString().substring(1));
        long before = System.nanoTime();
        box.createFails(bundle, "config.json");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    @Covers("C2")
    void refusesAnArgumentListThatIsTooLong(Sandbox box) {
        Bundle bundle = box.bundle().args("true", "x".repeat(140_000));
        // Only execve knows (E2BIG), so create may succeed.
        Outcome outcome = box.run(bundle);
        assertThat(outcome.code()).isNotZero();
        if (box.runtime().isMinirt()) {
            outcome.failed("argument list too long");
        }
        box.nothingLeft();
    }

    @Test
    @Covers("C2")
    void managesManyMounts(Sandbox box) {
        Bundle bundle = box.bundle().shell("grep -c /mnt/m /proc/self/mountinfo");
        for (int i = 0; i < 200; i++) {
            bundle.mount("/mnt/m" + i, "tmpfs", "tmpfs", "size=4k");
        }
        assertThat(box.output(bundle)).isEqualTo("200\n");
    }

    @Test
    @Covers("C2")
    void refusesMoreMountsThanAProgramHolds(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt, which says what there is too much of");
        Bundle bundle = box.bundle();
        String mount = ",{\"destination\":\"/mnt\",\"type\":\"tmpfs\",\"source\":\"x\"}";
        bundle.verbatim(
                bundle.config().toString().replaceFirst("\"mounts\":\\[([{][^}]*})", "$0" + mount.repeat(100_000)));
        Outcome outcome = box.createFails(bundle, "mounts: too many", "at most 65536");
        assertThat(outcome.stderr()).doesNotContain("internal error").hasLineCount(1);
    }

    /** R1: nothing may be left of a create that has not even descriptors enough to clean up. */
    @ParameterizedTest
    @Covers("R1")
    @ValueSource(ints = {3, 7, 8, 12, 16})
    void saysThatThereAreTooFewDescriptors(int limit, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt, which looks at RLIMIT_NOFILE");
        Bundle bundle = box.bundle().write();
        Outcome outcome = box.runtime("create", "--bundle", bundle.directory().toString(), box.newId())
                .within("sh", "-c", "ulimit -n " + limit + "; exec \"$@\"", "sh")
                .execute();
        box.refused(outcome, "RLIMIT_NOFILE", String.valueOf(limit));
        assertThat(outcome.stderr()).hasLineCount(1);
    }

    @Test
    @Covers("R1")
    void leavesNothingWhenInheritedDescriptorsUseTheLimitUp(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt, which explains it");
        Bundle bundle = box.bundle().write();
        Outcome outcome = box.runtime(
                        "create", "--bundle", bundle.directory().toString(), "--preserve-fds", "30", box.newId())
                .within("bash", "-c", "ulimit -n 30; exec \"$@\"", "bash")
                .execute();
        box.refused(outcome, "RLIMIT_NOFILE");
        assertThat(outcome.stderr()).doesNotContain("4294967295").hasLineCount(1);
    }

    /** A name that is not UTF-8 is not taken for the one with U+FFFD in its place. */
    @ParameterizedTest
    @Covers("C13")
    @ValueSource(
            strings = {
                "create --bundle $1$2 c",
                "create --bundle $1 --pid-file $1/$2 c",
                "state $2",
                "delete --force $2"
            })
    void refusesNamesThatAreNotUtf8(String line, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt, which cannot use such names");
        Bundle bundle = box.bundle().write();
        String replaced = bundle.directory() + "\uFFFD";
        Outcome outcome = box.bareRuntime("--root", box.stateRoot().toString())
                .within(
                        "bash",
                        "-c",
                        "ln -s \"$1\" \"$1$3\"; set -- \"$1\" $'\\xff' \"${@:4}\"; \"${@:3}\" "
                                + line.replace("$1", "\"$1\"").replace("$2", "\"$2\"")
                                + "; code=$?; rm \"$1\"$'\\xef\\xbf\\xbd'; exit $code",
                        "bash",
                        bundle.directory().toString(),
                        "unused",
                        "\uFFFD")
                .execute();
        box.refused(outcome);
        assertThat(outcome.stderr()).hasLineCount(1);
        assertThat(Path.of(replaced)).doesNotExist();
        assertThat(bundle.directory().resolve("\uFFFD")).doesNotExist();
    }

    @ParameterizedTest
    @Covers("C13")
    @ValueSource(
            strings = {
                "features",
                "--help",
                "--version",
                "list",
                "list --format json",
                "list -q",
                "explain $1",
                "validate $1",
                "state $2"
            })
    void saysThatOutputCannotBeWritten(String line, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt, which looks at what write says");
        Bundle bundle = box.bundle().idle().write();
        String id = created(box, bundle);
        for (String[] broken : new String[][] {
            {">/dev/full", "no space left on device (ENOSPC)"},
            {">&-", "bad file descriptor (EBADF)"}
        }) {
            Outcome outcome = writing(box, bundle, id, broken[0], line);
            outcome.failed("write to standard output: " + broken[1]);
            assertThat(outcome.stderr()).as(broken[0]).hasLineCount(1);
        }
        box.runtime("delete", "--force", id).execute().succeeded();
    }

    private static String created(Sandbox box, Bundle bundle) {
        String id = box.newId();
        box.runtime("create", "--bundle", bundle.directory().toString(), id)
                .execute()
                .succeeded();
        return id;
    }

    private static Outcome writing(Sandbox box, Bundle bundle, String id, String redirection, String line) {
        return box.bareRuntime("--root", box.stateRoot().toString())
                .within(
                        "bash",
                        "-c",
                        "exec " + redirection + "; sleep 0.2; dir=$1; shift; \"$@\" "
                                + line.replace("$1", "\"$dir\"").replace("$2", id),
                        "bash",
                        bundle.directory().toString())
                .execute();
    }

    /** As behind {@code | head}: every program ends then, and none complains. */
    @ParameterizedTest
    @Covers("C13")
    @ValueSource(
            strings = {
                "features",
                "--help",
                "--version",
                "list",
                "explain $1",
                "exec --explain $2 true",
                "validate $1",
                "state $2",
                "ps $2",
                "events --stats $2"
            })
    void endsQuietlyWhenNobodyReadsItsOutput(String line, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt, which looks at what write says");
        Bundle bundle = box.bundle().idle().write();
        String id = created(box, bundle);
        Outcome outcome = writing(box, bundle, id, "> >(exec sleep 0)", line);
        assertThat(outcome.code()).as("128 and SIGPIPE: %s", outcome).isEqualTo(141);
        assertThat(outcome.stderr()).isEmpty();
        box.runtime("delete", "--force", id).execute().succeeded();
    }

    @ParameterizedTest
    @Covers({"R2", "C1"})
    @ValueSource(strings = {"directory", "link to nowhere"})
    void refusesAConfigThatCannotBeRead(String kind, Sandbox box) throws IOException {
        Bundle bundle = box.bundle().write();
        Path config = bundle.directory().resolve("config.json");
        Files.delete(config);
        if (kind.equals("directory")) {
            Files.createDirectory(config);
        } else {
            Files.createSymbolicLink(config, Path.of("/nonexistent"));
        }
        box.refused(
                box.runtime("create", "--bundle", bundle.directory().toString(), box.newId())
                        .execute(),
                "config.json");
    }

    @Test
    @Covers("R2")
    void refusesAStateRootThatIsAFile(Sandbox box) {
        Path file = Sandbox.write(box.directory().resolve("a-file"), "");
        Bundle bundle = box.bundle().write();
        for (String root : List.of(file.toString(), file + "/below")) {
            Outcome outcome = box.bareRuntime(
                            "--root",
                            root,
                            "create",
                            "--bundle",
                            bundle.directory().toString(),
                            box.newId())
                    .execute();
            box.refused(outcome, root);
        }
    }

    @Test
    @Covers("R1")
    void failsCleanlyWhenTheStateRootIsFull(Sandbox box) {
        Path full = box.hostMount(box.directory().resolve("full"), "-t", "tmpfs", "-o", "size=4k,nr_inodes=3", "tmpfs");
        box.host("sh", "-c", "head -c 8192 /dev/zero > " + full + "/filler; exit 0")
                .execute();
        Bundle bundle = box.bundle().write();
        Outcome outcome = box.bareRuntime(
                        "--root",
                        full.toString(),
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        box.newId())
                .execute();
        box.refused(outcome, "no space left on device");
        assertThat(Sandbox.list(full)).containsExactly("filler");
    }

    @Test
    @Covers("R2")
    void failsCleanlyWhenTheStateRootIsReadOnly(Sandbox box) {
        Path root = box.hostMount(box.directory().resolve("read-only"), "-t", "tmpfs", "-o", "ro", "tmpfs");
        Bundle bundle = box.bundle().write();
        Outcome outcome = box.bareRuntime(
                        "--root",
                        root.toString(),
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        box.newId())
                .execute();
        box.refused(outcome, "read-only file system");
    }

    @ParameterizedTest
    @Covers("C13")
    @ValueSource(strings = "--console-socket /nonexistent.sock")
    void refusesWhatIsNotOffered(String flags, Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt, which does not have these yet");
        Bundle bundle = box.bundle().write();
        String line = "--root " + box.stateRoot() + " create " + flags + " --bundle " + bundle.directory() + " "
                + box.newId();
        box.refused(box.bareRuntime(line.split(" ", -1)).execute(), flags.split(" ", -1)[0]);
    }
}
