package dev.minirt.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.driver.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole command lines with a rehearsed driver: output, messages, exit codes, log file. */
class MinirtTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path directory;

    private @Nullable RehearsedDriver driver;

    @BeforeEach
    void makeBundle() throws IOException {
        driver = new RehearsedDriver(directory, directory.resolve("root/c1"));
        Files.createDirectories(directory.resolve("b/rootfs"));
        assertThat(minirt("spec", "-b", "b")).isZero();
        var config = directory.resolve("b/config.json");
        Files.writeString(config, Files.readString(config).replace("\"terminal\": true", "\"terminal\": false"));
    }

    @AfterEach
    void closeDriver() {
        driver().close();
    }

    private RehearsedDriver driver() {
        if (driver == null) {
            throw new IllegalStateException();
        }
        return driver;
    }

    private int minirt(String... words) {
        var argv = new ArrayList<>(List.of("minirt", "--root", "root"));
        argv.addAll(List.of(words));
        return driver().perform(argv);
    }

    private String said() {
        return driver().output();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"), StandardCharsets.UTF_8);
    }

    @Test
    void theLifecycleSaysNothing() {
        for (var words :
                List.of("create -b b --pid-file pid c1", "start c1", "kill c1 KILL", "delete c1", "delete -f c1")) {
            assertThat(minirt(words.split(" "))).as(words).isZero();
            assertThat(said()).as(words).isEmpty();
        }
        assertThat(directory.resolve("pid"))
                .as("paths count from the caller's directory")
                .exists();
    }

    @Test
    void stateIsWhatEnginesRead() {
        minirt("create", "-b", "b", "c1");
        assertThat(minirt("state", "c1")).isZero();
        JsonNode state = JSON.readTree(said());
        assertThat(state.propertyNames())
                .containsExactly("ociVersion", "id", "status", "pid", "bundle", "rootfs", "created", "owner");
        assertThat(state.get("status").asString()).isEqualTo("created");
        assertThat(state.get("pid").asInt()).isEqualTo(4711);
        assertThat(state.get("bundle").asString()).isEqualTo(directory + "/b");
        minirt("kill", "c1", "9");
        minirt("state", "c1");
        assertThat(JSON.readTree(said()).get("status").asString()).isEqualTo("stopped");
        assertThat(JSON.readTree(said()).get("pid").asInt()).isZero();
    }

    @Test
    void listShowsTheBrokenBesideTheOthers() throws IOException {
        assertThat(minirt("list", "-f", "json")).isZero();
        assertThat(said()).isEqualTo("[]\n");
        minirt("create", "-b", "b", "c1");
        Files.createDirectories(directory.resolve("root/broken"));
        Files.writeString(directory.resolve("root/broken/state.json"), "\0");
        Files.createDirectories(directory.resolve("root/remnant"));
        assertThat(minirt("list", "--format=json")).isZero();
        JsonNode list = JSON.readTree(said());
        assertThat(list).hasSize(3);
        assertThat(list.get(0).get("status").asString()).isEqualTo("broken");
        assertThat(list.get(1).get("status").asString()).isEqualTo("created");
        assertThat(list.get(2).get("status").asString()).isEqualTo("stopped");
        assertThat(minirt("list", "-q")).isZero();
        assertThat(said()).isEqualTo("broken\nc1\nremnant\n");
        assertThat(minirt("list")).isZero();
        assertThat(said().lines().toList().get(0)).matches("ID +PID +STATUS +BUNDLE +CREATED +OWNER");
        assertThat(said())
                .contains("c1       4711  created ")
                .contains("broken   0     broken   state.json: line 1, column 1: not JSON");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            frob                          | minirt: unknown command "frob"
            exec c1                       | minirt exec failed: process args cannot be empty: give a command, or --process
            exec -u root c1 sh            | minirt exec failed: invalid value "root" for flag -user: expected a number from 0 to 4294967294
            exec -e A c1 sh               | minirt exec failed: invalid value "A" for flag -env: expected NAME=VALUE
            exec --cwd a c1 sh            | minirt exec failed: invalid value "a" for flag -cwd: expected an absolute path
            exec -p p --cap CAP_KILL c1   | minirt exec failed: --cap cannot be combined with --process: the document says all of the process
            exec -p p -u 7 c1             | minirt exec failed: --user cannot be combined with --process: the document says all of the process
            exec -p p --apparmor x c1     | minirt exec failed: --apparmor cannot be combined with --process: the document says all of the process
            exec -p p --process-label x c1 | minirt exec failed: --process-label cannot be combined with --process: the document says all of the process
            exec -p p -e A=1 c1           | minirt exec failed: --env cannot be combined with --process: the document says all of the process
            exec -p p -g 5 c1             | minirt exec failed: --additional-gids cannot be combined with --process: the document says all of the process
            exec -p p --cwd / c1          | minirt exec failed: --cwd cannot be combined with --process: the document says all of the process
            exec -p p --no-new-privs c1   | minirt exec failed: --no-new-privs cannot be combined with --process: the document says all of the process, noNewPrivileges too
            exec -p p c1 sh               | minirt exec failed: a command cannot be combined with --process: the document says all of the process
            checkpoint --help             | minirt: checkpoint is not supported: minirt cannot save the state of processes, nor bring it back
            checkpoint --image-path i --leave-running --tcp-established c1 | minirt: checkpoint is not supported: minirt cannot save the state of processes, nor bring it back
            restore -d --bundle b -no-subreaper c1 | minirt: restore is not supported: minirt cannot save the state of processes, nor bring it back
            help restore                  | minirt: restore is not supported: minirt cannot save the state of processes, nor bring it back
            --frob state c1               | minirt: flag provided but not defined: -frob
            --log-format xml state c1     | minirt: invalid value "xml" for flag -log-format: text or json
            --rootless maybe state c1     | minirt: invalid value "maybe" for flag -rootless: true, false or auto
            state                         | minirt state failed: "state" requires exactly 1 argument(s): CONTAINER-ID
            state a b                     | minirt state failed: "state" requires exactly 1 argument(s): CONTAINER-ID
            state c1                      | minirt state failed: container does not exist: c1
            start c1                      | minirt start failed: container does not exist: c1
            delete c1                     | minirt delete failed: container does not exist: c1
            kill c1                       | minirt kill failed: container does not exist: c1
            kill c1 FROB                  | minirt kill failed: unknown signal "FROB"
            kill c1 9 9                   | minirt kill failed: "kill" requires at most 2 argument(s): CONTAINER-ID [SIGNAL]
            state ../c1                   | minirt state failed: invalid container ID format: "../c1": only A-Z, a-z, 0-9 and _+.- are allowed, and not . or .. alone
            create -b nowhere c1          | minirt create failed: bundle @/nowhere: no such file or directory
            create -b b/config.json c1    | minirt create failed: bundle @/b/config.json: not a directory
            create -b b/rootfs c1         | minirt create failed: JSON specification file config.json not found in bundle @/b/rootfs
            create -b b                   | minirt create failed: "create" requires exactly 1 argument(s): CONTAINER-ID
            create -b b --console-socket s c1 | minirt create failed: process.terminal: is not true, so there is nothing to send to the --console-socket
            create -b b --preserve-fds x c1   | minirt create failed: invalid value "x" for flag -preserve-fds: expected a number from 0 to 65536
            list -f xml                   | minirt list failed: invalid value "xml" for flag -format: table or json
            spec -b b                     | minirt spec failed: file @/b/config.json exists already: remove it first
            """)
    void mistakesAreOneLine(String words, String line) {
        assertThat(minirt(words.split(" "))).isEqualTo(1);
        assertThat(said()).isEqualTo(line.replace("@", directory.toString()) + "\n");
        assertThat(directory.resolve("root/c1")).doesNotExist();
    }

    /** What is not the program's own exit code. */
    @Test
    void aFailedExecIs255() {
        assertThat(minirt("exec", "c1", "sh")).isEqualTo(255);
        assertThat(said()).isEqualTo("minirt exec failed: container does not exist: c1\n");
    }

    /** conmon and containerd give these beside the document. */
    @Test
    void aDocumentGoesWithWhatEnginesGive() {
        minirt("create", "-b", "b", "c1");
        driver().provide("{\"cwd\": \"/\", \"args\": [\"sh\"], \"user\": {\"uid\": 0, \"gid\": 0}}");
        assertThat(minirt("exec", "--pid-file", "pid", "-p", "-", "--detach", "--tty", "--preserve-fds=0", "c1"))
                .isZero();
        assertThat(said()).isEmpty();
        assertThat(directory.resolve("pid")).hasContent("4711");
    }

    @Test
    void standardInputThatIsNoDocumentIsNamed() {
        minirt("create", "-b", "b", "c1");
        driver().provide("{");
        assertThat(minirt("exec", "-p", "-", "c1")).isEqualTo(255);
        assertThat(said())
                .isEqualTo(
                        "minirt exec failed: standard input: line 1, column 2: not JSON: ends in the middle of a value\n");
        assertThat(minirt("update", "-r", "-", "c1")).isEqualTo(1);
        assertThat(said()).isEqualTo("minirt update failed: standard input is empty\n");
    }

    /** P13, of a name that somebody has just typed: the log alone would not do. */
    @Test
    void aCapabilityThatIsNotGivenIsToldAloud() {
        minirt("create", "-b", "b", "c1");
        assertThat(minirt("exec", "-d", "--cap", "CAP_FROB", "--cap", "CAP_KILL", "--cap=net_raw", "c1", "sh"))
                .isZero();
        assertThat(said()).isEqualTo("""
                        minirt: warning: --cap "CAP_FROB" has no effect: the name is unknown, or the runtime does not have it itself
                        minirt: warning: --cap "net_raw" has no effect: the name is unknown, or the runtime does not have it itself
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\u001b[31m", "\u2028", "\u009b"})
    void noTextFromOutsideBreaksTheLine(String bad) {
        assertThat(minirt("x" + bad + "y")).isEqualTo(1);
        assertThat(said()).hasLineCount(1).doesNotContain(bad.equals("\n") ? "\ny" : bad);
    }

    @Test
    void everythingWrongWithAConfigIsInOneLine() throws IOException {
        var config = directory.resolve("b/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"cwd\": \"/\"", "\"cwd\": \"x\"")
                        .replace("\"uid\": 0", "\"uid\": \"0\""));
        assertThat(minirt("create", "-b", "b", "c1")).isEqualTo(1);
        assertThat(said()).hasLineCount(1).contains("process.cwd").contains("process.user.uid");
    }

    @Test
    void aMissingRootIsNamed() throws IOException {
        Files.delete(directory.resolve("b/rootfs"));
        assertThat(minirt("create", "-b", "b", "c1")).isEqualTo(1);
        assertThat(said())
                .isEqualTo("minirt create failed: root.path: " + directory + "/b/rootfs: no such file or directory\n");
        Files.writeString(directory.resolve("b/rootfs"), "");
        assertThat(minirt("create", "-b", "b", "c1")).isEqualTo(1);
        assertThat(said()).isEqualTo("minirt create failed: root.path: " + directory + "/b/rootfs: not a directory\n");
    }

    @Test
    void theLogHasExactlyOneObjectAfterAFailure() throws IOException {
        var config = directory.resolve("b/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"CAP_KILL\"", "\"CAP_FROB\"")
                        .replace("\"cwd\": \"/\"", "\"cwd\": \"x\""));
        assertThat(minirt("--log", "log", "--log-format", "json", "create", "-b", "b", "c1"))
                .isEqualTo(1);
        JsonNode record = JSON.readTree(log());
        assertThat(record.propertyNames()).containsExactly("level", "msg", "time");
        assertThat(record.get("level").asString()).isEqualTo("error");
        assertThat(record.get("msg").asString() + "\n").isEqualTo(said());
        assertThat(log()).hasLineCount(1).endsWith("\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("log"))))
                .startsWith("rw-");
    }

    @Test
    void theLogIsAppendedToAndHasWarningsAfterSuccess() throws IOException {
        var config = directory.resolve("b/config.json");
        Files.writeString(config, Files.readString(config).replace("\"CAP_KILL\"", "\"CAP_FROB\""));
        assertThat(minirt("--log", "log", "state", "c1")).isEqualTo(1);
        assertThat(minirt("--log=log", "create", "-b", "b", "c1")).isZero();
        assertThat(said()).isEmpty();
        var lines = log().lines().toList();
        assertThat(lines.get(0))
                .matches("time=\"[^\"]+\" level=error msg=\"minirt state failed: container does not exist: c1\"");
        assertThat(lines.subList(1, lines.size())).isNotEmpty().allMatch(line -> line.contains(" level=warning msg="));
    }

    @Test
    void aLogThatCannotBeWrittenIsAnError() {
        assertThat(minirt("--log", "no/such/log", "list")).isEqualTo(1);
        assertThat(said())
                .isEqualTo("minirt: open log file " + directory + "/no/such/log: no such file or directory\n");
    }

    @Test
    void onlyDebugShowsWhereAnErrorComesFrom() {
        minirt("--debug", "state", "c1");
        assertThat(said()).contains("\tat dev.minirt.");
    }

    @Test
    void anEmptyRuntimeDirectoryIsAnUnsetOne() throws IOException {
        var host = procWith("         0          0 4294967295\n");
        assertThat(GlobalFlags.defaultRoot(caller(0, "XDG_RUNTIME_DIR=/run/user/0"), host))
                .isEqualTo("/run/minirt");
        assertThat(GlobalFlags.defaultRoot(caller(5, "XDG_RUNTIME_DIR=/run/user/5"), host))
                .isEqualTo("/run/user/5/minirt");
        assertThat(GlobalFlags.defaultRoot(caller(5, "XDG_RUNTIME_DIR="), host)).isEqualTo("/run/minirt");
    }

    @Test
    void rootOfAUserNamespaceKeepsStatesWhereItsUserMay() throws IOException {
        var mapped = procWith("         0          5          1\n         1     100000      65536\n");
        assertThat(GlobalFlags.defaultRoot(caller(0, "XDG_RUNTIME_DIR=/run/user/5"), mapped))
                .isEqualTo("/run/user/5/minirt");
        assertThat(GlobalFlags.defaultRoot(caller(0, "XDG_RUNTIME_DIR="), mapped))
                .isEqualTo("/run/minirt");
    }

    /** A procfs whose only file says what ids mean outside. */
    private Path procWith(String uids) throws IOException {
        var proc = Files.createDirectories(directory.resolve("proc"));
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/uid_map"), uids);
        return proc;
    }

    private static Caller caller(long uid, String variable) {
        return new Caller(1, 1, uid, uid, 0, Optional.empty(), "/", List.of("minirt"), List.of(variable), 0, 0, false);
    }

    @Test
    void explainNamesThePointerOfEveryStep() {
        assertThat(minirt("explain", "b")).isZero();
        assertThat(said())
                .contains("CLONE_NEWPID")
                .contains("<- /mounts/0")
                .contains("MOUNT_ATTR_NOSUID")
                .contains("CAP_NET_BIND_SERVICE");
        assertThat(minirt("explain", "--format", "json", "-b", "b")).isZero();
        JsonNode plan = JSON.readTree(said());
        assertThat(plan.get("steps").get(0).get("action").asString()).isEqualTo("RecordState");
        assertThat(plan.get("steps").get(0).get("phase").asString()).isEqualTo("RECORD");
        assertThat(directory.resolve("root/b")).doesNotExist();
    }

    @Test
    void validateSaysEverything() throws IOException {
        assertThat(minirt("validate", "b")).isZero();
        assertThat(said()).isEqualTo("config.json is valid\n");
        var config = directory.resolve("b/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"cwd\": \"/\"", "\"cwd\": \"x\"")
                        .replace("\"tmpfs\"", "5"));
        assertThat(minirt("validate", "b")).isEqualTo(1);
        assertThat(said()).contains("process.cwd").contains("mounts[1].type").contains("minirt validate failed: ");
    }

    /** G2, P13, S5: what is ignored is told, and is no error. */
    @Test
    void validateWarnsOfWhatIsIgnored() throws IOException {
        misspell();
        assertThat(minirt("validate", "b")).isZero();
        assertThat(said()).isEqualTo("""
                warning: frob: unknown, ignored
                warning: process.noNewPrivilege: unknown, ignored
                warning: process.capabilities.bounding[0]: unknown capability "CAP_KILLL" is left out
                warning: linux.seccomp.syscalls[0].names[0]: unknown system call "mkdri" is left out
                config.json is valid
                """);
    }

    /** Engine trap 3: standard error belongs to the container; the log has what is to be said. */
    @Test
    void createWarnsInTheLogOnly() throws IOException {
        misspell();
        assertThat(minirt("--log", "log", "--log-format", "json", "create", "-b", "b", "c1"))
                .isZero();
        assertThat(said()).isEmpty();
        assertThat(log().lines()).hasSize(4).allMatch(line -> line.startsWith("{\"level\":\"warning\",\"msg\":"));
        assertThat(log()).contains("process.noNewPrivilege", "CAP_KILLL", "mkdri", "\"frob: ");
    }

    private void misspell() throws IOException {
        var config = directory.resolve("b/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("[{]", "{\"frob\": 1,")
                        .replaceFirst("\"noNewPrivileges\"", "\"noNewPrivilege\"")
                        .replaceFirst("(\"bounding\": \\[)[^]]*", "$1\"CAP_KILLL\"")
                        .replaceFirst(
                                "\"linux\": [{]",
                                "\"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\":"
                                        + "[{\"names\": [\"mkdri\"], \"action\": \"SCMP_ACT_ERRNO\"}]},"));
    }

    @Test
    void versionAndHelpAreOnStandardOutput() {
        assertThat(minirt("--version")).isZero();
        assertThat(said()).matches("minirt version \\S+\ncommit: \\S+\nspec: 1\\.3\\.0\n");
        for (var words : List.of("--help", "-h", "help", "create --help", "help create", "run -h")) {
            assertThat(minirt(words.split(" "))).as(words).isZero();
            assertThat(said()).as(words).contains("Usage: minirt");
        }
    }

    @Test
    void featuresAreTruthful() {
        assertThat(minirt("features")).isZero();
        JsonNode features = JSON.readTree(said());
        assertThat(features.get("ociVersionMin").asString()).isEqualTo("1.0.0");
        assertThat(features.get("ociVersionMax").asString()).isEqualTo("1.3.0");
        assertThat(features.at("/linux/seccomp/actions").toString())
                .contains("SCMP_ACT_ERRNO")
                .doesNotContain("SCMP_ACT_NOTIFY");
        assertThat(features.at("/linux/seccomp/supportedFlags").toString())
                .doesNotContain("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
        assertThat(features.at("/linux/seccomp/knownFlags").toString())
                .contains("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
        assertThat(features.get("mountOptions").toString()).contains("\"rro\"").doesNotContain("\"idmap\"");
        assertThat(features.at("/linux/capabilities")).hasSize(41);
    }
}
