package dev.minirt.conformance;

import static dev.minirt.conformance.harness.Processes.field;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Cgroups;
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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec}, without a terminal. */
@Conformance
class ExecTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static Container running(Sandbox box, Bundle bundle) {
        return box.create(bundle.idle()).start().awaitOutput("ready");
    }

    private static Invocation exec(Sandbox box, Container container, List<String> flags, String... command) {
        return box.runtime(Stream.of(Stream.of("exec"), flags.stream(), Stream.of(container.id()), Stream.of(command))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    private static String output(Sandbox box, Container container, List<String> flags, String script) {
        return exec(box, container, flags, "sh", "-c", script)
                .execute()
                .succeeded()
                .stdout();
    }

    private static String output(Sandbox box, Container container, String script) {
        return output(box, container, List.of(), script);
    }

    private static Path document(Sandbox box, String members) {
        return Sandbox.write(box.directory().resolve(box.newId() + ".json"), """
                {"cwd": "/", "args": ["sh", "-c", "%s"], "env": ["PATH=/bin", "HOME=/"]%s}
                """.formatted(
                        members.substring(0, members.indexOf('|')), members.substring(members.indexOf('|') + 1)));
    }

    private static void refused(Outcome outcome, String... words) {
        assertThat(outcome.code()).as("%s", outcome).isEqualTo(255);
        for (var word : words) {
            assertThat(outcome.stderr()).as("%s", outcome).contains(word);
        }
    }

    // --- what can be seen of it ---

    /**
     * Whoever has CAP_SYS_PTRACE in the container may walk through the descriptors of a process that joins it, for as long as they are
     * open: no directory of the host may be among them. Each process is held before it first closes one.
     */
    @Test
    @Covers({"exec", "CVE-2024-21626"})
    @Deviates(runtime = Flavour.RUNC, reason = "joins in other steps", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "joins in other steps", skip = true)
    void showsNoDirectoryOfTheHost(Sandbox box) throws IOException {
        var container = running(box, box.bundle());
        var cgroup = Cgroups.directory(container.pid());
        var before = Set.copyOf(Files.readAllLines(cgroup.resolve("cgroup.procs")));
        var started = box.spawn(box.runtime("exec", container.id(), "true")
                .within("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=close:delay_enter=400000:when=1"));
        var seen = new TreeSet<String>();
        Processes.await(Duration.ofSeconds(20), () -> {
            for (var pid : Sandbox.read(cgroup.resolve("cgroup.procs")).lines().toList()) {
                if (!before.contains(pid) && !pid.isBlank()) {
                    seen.addAll(descriptors(pid));
                }
            }
            return !started.process().isAlive();
        });
        started.await().succeeded();
        assertThat(seen).as("descriptors of the joining process").isNotEmpty();
        assertThat(seen)
                .noneMatch(target -> target.startsWith("/sys/") || target.startsWith(box.directory() + "/root"));
    }

    private static List<String> descriptors(String pid) {
        var targets = new ArrayList<String>();
        try (var links = Files.newDirectoryStream(Path.of("/proc", pid, "fd"))) {
            for (var link : links) {
                targets.add(Files.readSymbolicLink(link).toString());
            }
        } catch (IOException e) {
            // It has ended, or closed what was just listed.
        }
        return targets;
    }

    // --- what it joins ---

    @ParameterizedTest
    @ValueSource(strings = {"mnt", "uts", "ipc", "net", "pid", "user", "cgroup"})
    @Covers("exec")
    void joinsEveryNamespace(String type, Sandbox box) {
        var container = running(box, box.bundle());
        assertThat(output(box, container, "readlink /proc/self/ns/" + type).strip())
                .isEqualTo(Processes.link(container.pid(), "ns/" + type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "mnt", "pid", "net"})
    @Covers({"exec", "N4"})
    void joinsAUserNamespaceWithTheRest(String type, Sandbox box) {
        var container = running(box, box.bundle().userNamespace().writable());
        assertThat(output(box, container, "readlink /proc/self/ns/" + type).strip())
                .isEqualTo(Processes.link(container.pid(), "ns/" + type));
        assertThat(output(box, container, "id -u; touch /dev/shm/mine; stat -c %u /dev/shm/mine"))
                .isEqualTo("0\n0\n");
    }

    @Test
    @Covers({"exec", "N7"})
    @Deviates(runtime = Flavour.RUNC, reason = "1.1 has no time namespaces")
    void joinsATimeNamespace(Sandbox box) {
        box.needs(Files.exists(Path.of("/proc/self/ns/time")), "time namespaces");
        var bundle = box.bundle().namespace("time");
        bundle.setJson("/linux/timeOffsets", "{\"boottime\": {\"secs\": 5000000, \"nanosecs\": 0}}");
        var container = running(box, bundle);
        assertThat(output(box, container, "cut -d. -f1 /proc/uptime").strip()).hasSizeGreaterThanOrEqualTo(7);
    }

    @Test
    @Covers("exec")
    void seesTheContainersRootAndProcesses(Sandbox box) {
        var bundle = box.bundle();
        Sandbox.write(bundle.rootfs("etc", "mark"), "inside\n");
        var container = running(box, bundle);
        assertThat(output(box, container, "cat /etc/mark; pwd; cat /proc/1/comm"))
                .isEqualTo("inside\n/\nsh\n");
    }

    @Test
    @Covers("exec")
    @Deviates(runtime = Flavour.RUNC, reason = "needs a mount namespace of its own")
    void joinsAContainerWithoutNamespacesOfItsOwn(Sandbox box) {
        var bundle = box.bundle();
        for (var type : List.of("mount", "pid", "network", "ipc", "uts")) {
            bundle.withoutNamespace(type);
        }
        bundle.remove("/linux/maskedPaths")
                .remove("/linux/readonlyPaths")
                .remove("/hostname")
                .set("/mounts", List.of());
        Sandbox.write(bundle.rootfs("etc", "mark"), "inside\n");
        var container = running(box, bundle);
        assertThat(output(box, container, "cat /etc/mark; pwd")).isEqualTo("inside\n/\n");
    }

    @Test
    @Covers("exec")
    void entersTheContainersCgroup(Sandbox box) {
        var container = running(box, box.bundle());
        var pidFile = box.directory().resolve("exec.pid");
        var started = box.spawn(exec(box, container, List.of("--pid-file", pidFile.toString()), "sleep", "3"));
        assertThat(Processes.await(PATIENCE, () -> Files.exists(pidFile))).isTrue();
        long pid = Long.parseLong(Sandbox.read(pidFile));
        assertThat(cgroup(pid)).isEqualTo(cgroup(container.pid()));
        started.await().succeeded();
    }

    /** The path of cgroup v2 as the host sees it. */
    private static String cgroup(long pid) {
        return Processes.proc(pid, "cgroup")
                .lines()
                .filter(line -> line.startsWith("0::"))
                .findFirst()
                .orElse("");
    }

    @Test
    @Covers("exec")
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "looks for the directory on every hierarchy of a hybrid host",
            skip = true)
    void entersACgroupBelowTheContainers(Sandbox box) throws Exception {
        var container = running(box, box.bundle());
        var directory = Cgroups.directory(container.pid());
        Files.createDirectory(directory.resolve("sub"));
        assertThat(output(box, container, List.of("--cgroup", "sub"), "grep ^0:: /proc/self/cgroup")
                        .strip())
                .endsWith("/sub");
        Files.createDirectories(directory.resolveSibling(directory.getFileName() + "-evil"));
        refused(
                exec(box, container, List.of("--cgroup", "../" + directory.getFileName() + "-evil"), "true")
                        .execute(),
                "..");
        Files.delete(directory.resolveSibling(directory.getFileName() + "-evil"));
    }

    // --- what the process is ---

    @Test
    @Covers({"exec", "P5"})
    void takesTheEnvironmentOfTheContainerAndReplacesWhatIsAsked(Sandbox box) {
        var container = running(box, box.bundle().env("A=own").env("B=own"));
        assertThat(output(
                        box,
                        container,
                        List.of("--env", "A=new", "-env", "C=more", "--env=D="),
                        "echo $A,$B,$C,$D,$HOME"))
                .isEqualTo("new,own,more,,/root\n");
    }

    @ParameterizedTest
    @CsvSource({"-u 1000, 1000 0", "--user=1000:50, 1000 50", "--user 0:7, 0 7"})
    @Covers({"exec", "P7", "CVE-2026-30892"})
    void runsAsAnotherUser(String flags, String ids, Sandbox box) {
        var container = running(box, box.bundle());
        assertThat(output(box, container, List.of(flags.split(" ", -1)), "echo $(id -u) $(id -g)"))
                .isEqualTo(ids + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {":5", "1:", "+1", "-1", "1 ", "0x1", "4294967295", "4294967296", "root"})
    @Covers({"exec", "CVE-2026-30892", "CVE-2016-3697"})
    @Deviates(runtime = Flavour.RUNC, reason = "reads what Go's Atoi reads", cases = "\\+1|4294967296")
    void refusesWhatIsNoUser(String user, Sandbox box) {
        var container = running(box, box.bundle());
        assertThat(exec(box, container, List.of("--user", user), "id").execute().code())
                .isNotZero();
    }

    @Test
    @Covers({"exec", "P9"})
    void addsGroups(Sandbox box) {
        var container = running(box, box.bundle().set("/process/user/additionalGids", List.of(5)));
        assertThat(output(box, container, List.of("--additional-gids", "6", "--additional-gids=7"), "id -G"))
                .isEqualTo("0 5 6 7\n");
    }

    @Test
    @Covers({"exec", "P12", "CVE-2022-29162"})
    void addedCapabilitiesAreNeitherInheritableNorAmbient(Sandbox box) {
        var container = running(box, box.bundle().capabilities("CAP_KILL"));
        var status =
                output(box, container, List.of("-c", "CAP_NET_ADMIN", "-c", "CAP_NET_RAW"), "cat /proc/self/status");
        assertThat(field(status, "CapEff")).isEqualTo("0000000000003020");
        assertThat(field(status, "CapBnd")).isEqualTo("0000000000003020");
        assertThat(field(status, "CapInh")).isEqualTo("0000000000000000");
        assertThat(field(status, "CapAmb")).isEqualTo("0000000000000000");
    }

    @Test
    @Covers({"exec", "P12"})
    void anotherUserHasNoneOfThem(Sandbox box) {
        var container = running(box, box.bundle().capabilities("CAP_KILL"));
        var status = output(box, container, List.of("--user", "1000"), "cat /proc/self/status");
        assertThat(field(status, "CapEff")).isEqualTo("0000000000000000");
        assertThat(field(status, "CapBnd")).isEqualTo("0000000000000020");
    }

    @Test
    @Covers({"exec", "P14"})
    void forbidsNewPrivileges(Sandbox box) {
        var container = running(box, box.bundle().set("/process/noNewPrivileges", false));
        assertThat(output(box, container, "grep NoNewPrivs /proc/self/status")).contains("0");
        assertThat(output(box, container, List.of("--no-new-privs"), "grep NoNewPrivs /proc/self/status"))
                .contains("1");
    }

    @Test
    @Covers({"exec", "P10", "P15", "A10"})
    void isLimitedAndFilteredLikeTheContainer(Sandbox box) {
        var bundle = box.bundle();
        bundle.setJson("/process/rlimits", "[{\"type\": \"RLIMIT_CORE\", \"soft\": 11, \"hard\": 22}]");
        bundle.set("/process/oomScoreAdj", 321);
        bundle.setJson("/linux/seccomp", """
                {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95}]}""");
        var container = running(box, bundle);
        assertThat(
                        output(
                                box,
                                container,
                                "grep core /proc/self/limits | tr -s ' '; cat /proc/self/oom_score_adj; grep Seccomp: /proc/self/status; mkdir /tmp/x 2>/dev/null || echo refused"))
                .contains("11 22", "321\n", "2\n", "refused\n");
    }

    @Test
    @Covers({"exec", "P4"})
    void changesTheDirectory(Sandbox box) {
        var container = running(box, box.bundle());
        assertThat(output(box, container, List.of("--cwd", "/usr/bin"), "pwd")).isEqualTo("/usr/bin\n");
        var missing = exec(box, container, List.of("--cwd", "/nope"), "true").execute();
        refused(missing, "exec failed: ", "no such file or directory");
        if (box.runtime().isMinirt()) {
            assertThat(missing.stderr()).as("it has come from the command line").doesNotContain("config.json");
        }
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

    @Test
    @Covers({"exec", "P13"})
    void tellsOfACapabilityThatIsUnknown(Sandbox box) {
        var container = running(box, box.bundle());
        var outcome = exec(box, container, List.of("--cap", "CAP_FROB"), "echo", "here")
                .execute();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.stdout()).isEqualTo("here\n");
        assertThat(outcome.stderr()).contains("CAP_FROB");
    }

    // --- P18 to P21 ---

    @Test
    @Covers({"P18", "P19", "P20"})
    @Deviates(runtime = Flavour.RUNC, reason = "1.1 knows neither scheduler nor ioPriority")
    void schedulesTheContainerAndWhatJoinsIt(Sandbox box) {
        var bundle = box.bundle();
        bundle.setJson("/process/scheduler", "{\"policy\": \"SCHED_BATCH\", \"nice\": 7}");
        bundle.setJson("/process/ioPriority", "{\"class\": \"IOPRIO_CLASS_IDLE\", \"priority\": 0}");
        var container = running(box, bundle);
        // Fields 19 and 41 of stat(5): nice and the policy.
        var fields = Processes.proc(container.pid(), "stat").split(" ", -1);
        assertThat(fields[18]).isEqualTo("7");
        assertThat(fields[40]).isEqualTo("3");
        assertThat(output(box, container, "cut -d' ' -f19,41 /proc/self/stat")).isEqualTo("7 3\n");
    }

    @Test
    @Covers("P18")
    @Deviates(runtime = Flavour.RUNC, reason = "1.1 does not know scheduler")
    void saysThatAPolicyIsUnknownToTheKernel(Sandbox box) {
        box.createFails(
                box.bundle().setJson("/process/scheduler", "{\"policy\": \"SCHED_ISO\"}"),
                "/process/scheduler",
                "invalid argument");
    }

    @Test
    @Covers("P21")
    @Deviates(runtime = Flavour.RUNC, reason = "1.1 does not know execCPUAffinity")
    void runsOnTheCpusThatAreAskedFor(Sandbox box) {
        box.needs(Runtime.getRuntime().availableProcessors() > 1, "two CPUs");
        var bundle = box.bundle();
        bundle.setJson("/process/execCPUAffinity", "{\"initial\": \"0\", \"final\": \"1\"}");
        var container = running(box, bundle);
        assertThat(output(box, container, "grep Cpus_allowed_list /proc/self/status | cut -f2"))
                .isEqualTo("1\n");
        assertThat(Processes.status(container.pid(), "Cpus_allowed_list"))
                .as("init is not concerned")
                .isNotEqualTo("1");
    }

    @Test
    @Covers("P21")
    @Deviates(runtime = Flavour.RUNC, reason = "1.1 leaves the caller's CPUs")
    void isNotBoundToTheCallersCpus(Sandbox box) {
        box.needs(Runtime.getRuntime().availableProcessors() > 1, "two CPUs");
        var container = running(box, box.bundle());
        var all = Processes.status(ProcessHandle.current().pid(), "Cpus_allowed_list");
        var outcome = exec(box, container, List.of(), "sh", "-c", "grep Cpus_allowed_list /proc/self/status | cut -f2")
                .within("taskset", "1")
                .execute();
        assertThat(outcome.succeeded().stdout().strip()).isEqualTo(all);
    }

    // --- exit codes and words ---

    @ParameterizedTest
    @CsvSource({"exit 7, 7", "kill -9 $$, 137", "kill -TERM $$, 143", "true, 0"})
    @Covers("exec")
    void exitsAsTheProcessDoes(String script, int code, Sandbox box) {
        var container = running(box, box.bundle());
        assertThat(exec(box, container, List.of(), "sh", "-c", script).execute().code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch, executable file not found in $PATH",
        "/nope, no such file or directory",
        "/etc/passwd, permission denied",
        "/etc, i"
    })
    @Covers({"exec", "P6"})
    void saysWhatCannotBeExecuted(String program, String words, Sandbox box) {
        var container = running(box, box.bundle());
        refused(exec(box, container, List.of(), program).execute(), "exec failed: ", words);
        assertThat(container.status()).isEqualTo("running");
    }

    @Test
    @Covers("exec")
    void refusesAnUnknownContainer(Sandbox box) {
        refused(box.runtime("exec", "nobody", "true").execute(), "exec failed: ", "does not exist");
    }

    @Test
    @Covers("exec")
    void refusesAStoppedContainerAndTakesACreatedOne(Sandbox box) {
        var container = box.create(box.bundle().idle());
        assertThat(output(box, container, "echo early")).isEqualTo("early\n");
        assertThat(container.status()).isEqualTo("created");
        container.start().awaitOutput("ready").kill("KILL").succeeded();
        container.awaitExit();
        refused(exec(box, container, List.of(), "true").execute(), "cannot exec in a stopped container");
    }

    @Test
    @Covers("exec")
    void refusesAPausedContainer(Sandbox box) {
        var container = running(box, box.bundle());
        box.runtime("pause", container.id()).execute().succeeded();
        refused(
                exec(box, container, List.of(), "true").execute(),
                "cannot exec in a paused container (use --ignore-paused to override)");
        var started = box.spawn(exec(box, container, List.of("--ignore-paused"), "echo", "late"));
        Processes.pause(Duration.ofMillis(500));
        assertThat(started.process().isAlive()).isTrue();
        box.runtime("resume", container.id()).execute().succeeded();
        assertThat(started.await().succeeded().stdout()).isEqualTo("late\n");
    }

    @Test
    @Covers("exec")
    void nothingBehindTheIdIsAFlag(Sandbox box) {
        var container = running(box, box.bundle());
        assertThat(exec(box, container, List.of(), "echo", "-e", "--user", "--detach")
                        .execute()
                        .succeeded()
                        .stdout())
                .contains("--user --detach");
    }

    // --- the caller ---

    @Test
    @Covers({"exec", "trap 2"})
    void detachesAndTellsThePid(Sandbox box) {
        var container = running(box, box.bundle());
        var pidFile = box.directory().resolve("exec.pid");
        Sandbox.write(pidFile, "");
        exec(box, container, List.of("--detach", "--pid-file", pidFile.toString()), "sleep", "100")
                .execute()
                .succeeded();
        long pid = Long.parseLong(Sandbox.read(pidFile));
        assertThat(Processes.entry(pid).orElseThrow().parent())
                .as("the caller, a subreaper, waits for it")
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(Processes.link(pid, "ns/pid")).isEqualTo(Processes.link(container.pid(), "ns/pid"));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        assertThat(Processes.await(PATIENCE, () -> !Processes.isAlive(pid))).isTrue();
        Processes.reapOrphans();
    }

    @Test
    @Covers("exec")
    void forwardsSignals(Sandbox box) {
        var container = running(box, box.bundle());
        var started = box.spawn(exec(
                box, container, List.of(), "sh", "-c", "trap 'exit 33' TERM; echo up; while :; do sleep 0.05; done"));
        assertThat(Processes.await(PATIENCE, () -> started.invocation().stdout().contains("up")))
                .isTrue();
        // What comes before the runtime knows that the program executes ends the exec.
        Processes.pause(Duration.ofSeconds(1));
        started.process().destroy();
        assertThat(started.await().code()).isEqualTo(33);
    }

    @Test
    @Covers("exec")
    @Deviates(runtime = Flavour.RUNC, reason = "is the parent itself", skip = true)
    void leavesNoJvmBehind(Sandbox box) {
        var container = running(box, box.bundle());
        var started = box.spawn(exec(box, container, List.of(), "sh", "-c", "echo up; sleep 2"));
        assertThat(Processes.await(PATIENCE, () -> started.invocation().stdout().contains("up")))
                .isTrue();
        assertThat(Processes.await(PATIENCE, () -> started.process().children().count() == 1))
                .as("the process alone")
                .isTrue();
        started.await().succeeded();
    }

    // --- attacks ---

    @Test
    @Covers({"exec", "P22", "CVE-2024-21626"})
    void leaksNoDescriptor(Sandbox box) {
        box.needsProbe();
        var container = running(box, box.bundle());
        var outcome = exec(box, container, List.of(), "probe", "fds")
                .within("sh", "-c", "exec 3</etc/passwd 7</ 8</proc; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout().lines().map(line -> line.split("[ :]", 2)[0]))
                .containsExactly("0", "1", "2");
    }

    @Test
    @Covers({"exec", "P22"})
    void preservesWhatIsAskedFor(Sandbox box) {
        box.needsProbe();
        var container = running(box, box.bundle());
        var outcome = exec(box, container, List.of("--preserve-fds", "1"), "probe", "fds")
                .within("sh", "-c", "exec 3</dev/null 4</dev/null; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout().lines().map(line -> line.split("[ :]", 2)[0]))
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    @Covers({"exec", "CVE-2024-21626"})
    void refusesToStartInADescriptorOfOurs(Sandbox box) {
        var container = running(box, box.bundle());
        var answers = new ArrayList<String>();
        for (int number = 3; number < 20; number++) {
            var outcome = exec(box, container, List.of("--cwd", "/proc/self/fd/" + number), "sh", "-c", "ls /; pwd")
                    .execute();
            // A descriptor of the container's own root leads nowhere else.
            if (outcome.code() != 255 && !outcome.stdout().endsWith("\n/\n")) {
                answers.add(outcome.toString());
            }
        }
        assertThat(answers).isEmpty();
    }

    @Test
    @Covers({"exec", "CVE-2019-5736"})
    void theRuntimeCannotBeOverwritten(Sandbox box) throws Exception {
        box.needsProbe();
        var container = running(box, box.bundle().writable().capabilities("CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE"));
        var before = Files.size(box.runtime().binary());
        // Runs the runtime's own program, then tries to open it for writing through /proc.
        var outcome = exec(box, container, List.of(), "/proc/self/exe").execute();
        assertThat(outcome.code()).isNotZero();
        neverWhileOthersJoin(box, container, "(echo x >> $p/exe) 2>/dev/null && echo written");
        assertThat(Files.size(box.runtime().binary())).isEqualTo(before);
    }

    /** A process of the container tries something with every process of the runtime, at {@code $p}, that it sees; it prints what succeeds. */
    private static void neverWhileOthersJoin(Sandbox box, Container container, String deed) {
        var attack = "i=0; while [ $i -lt 300 ]; do for p in /proc/[0-9]*; do n=$(cat $p/comm 2>/dev/null);"
                + " case $n in minirt*|runc*) " + deed + ";; esac; done; i=$((i+1)); done; echo end";
        var attacker = box.spawn(exec(box, container, List.of(), "sh", "-c", attack));
        for (int i = 0; i < 5; i++) {
            exec(box, container, List.of(), "true").execute().succeeded();
        }
        assertThat(attacker.await().succeeded().stdout()).isEqualTo("end\n");
    }

    /** Nobody in a user namespace may look at a process that is about to join, whatever capabilities he has there. */
    @Test
    @Covers({"exec", "CVE-2016-9962"})
    void theJoiningProcessCannotBeLookedAt(Sandbox box) {
        var container = running(
                box,
                box.bundle().userNamespace().capabilities("CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_DAC_OVERRIDE"));
        neverWhileOthersJoin(box, container, "ls $p/fd/ 2>/dev/null && readlink $p/root && echo seen");
    }

    @Test
    @Covers({"exec", "X6"})
    void manyAtOnce(Sandbox box) {
        var container = running(box, box.bundle());
        var started = new ArrayList<Sandbox.Started>();
        for (int i = 0; i < 12; i++) {
            started.add(box.spawn(exec(box, container, List.of(), "echo", "n" + i)));
        }
        for (int i = 0; i < started.size(); i++) {
            assertThat(started.get(i).await().succeeded().stdout()).isEqualTo("n" + i + "\n");
        }
    }
}
