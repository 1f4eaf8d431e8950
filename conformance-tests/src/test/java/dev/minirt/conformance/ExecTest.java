package dev.minirt.conformance;

import static dev.minirt.conformance.harness.Exec.exec;
import static dev.minirt.conformance.harness.Exec.output;
import static dev.minirt.conformance.harness.Exec.refused;
import static dev.minirt.conformance.harness.Exec.running;
import static dev.minirt.conformance.harness.Processes.field;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec}, without a terminal. */
@Conformance
class ExecTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

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
}
