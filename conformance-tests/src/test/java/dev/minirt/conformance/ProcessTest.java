package dev.minirt.conformance;

import static dev.minirt.conformance.harness.Processes.field;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code process}, without a terminal. */
@Conformance
class ProcessTest {
    private static final String SHOW_STATUS = "cat /proc/self/status";

    @Test
    @Covers({"P1", "L7"})
    @Deviates(runtime = Flavour.RUNC, reason = "create without process fails")
    @Deviates(runtime = Flavour.CRUN, reason = "create works, but start returns 0 and init dies")
    void createsWithoutProcessAndRefusesToStart(Sandbox box) {
        Container container = box.create(box.bundle().remove("/process"));
        assertThat(container.status()).isEqualTo("created");
        container.tryStart().failed("process");
    }

    @Test
    @Covers("P4")
    void startsInTheWorkingDirectory(Sandbox box) {
        assertThat(box.output(box.bundle().args("pwd").set("/process/cwd", "/usr/bin")))
                .isEqualTo("/usr/bin\n");
    }

    @Test
    @Covers("P4")
    void makesAMissingWorkingDirectory(Sandbox box) {
        Bundle bundle = box.bundle().args("pwd").writable().set("/process/cwd", "/made/by/runtime");
        assertThat(box.output(bundle)).isEqualTo("/made/by/runtime\n");
    }

    @ParameterizedTest
    @Covers("P4")
    @ValueSource(strings = {"relative", "", "./"})
    void refusesARelativeWorkingDirectory(String cwd, Sandbox box) {
        box.createFails(box.bundle().set("/process/cwd", cwd), "wd");
    }

    @Test
    @Covers({"P4", "CVE-2024-21626"})
    void refusesAWorkingDirectoryThatIsAFile(Sandbox box) {
        box.createFails(box.bundle().set("/process/cwd", "/etc/passwd"), "not a directory");
    }

    @Test
    @Covers("P5")
    void passesTheEnvironmentVerbatim(Sandbox box) {
        Bundle bundle = box.bundle().args("/bin/env");
        bundle.set("/process/env", List.of("PATH=/bin", "EMPTY=", "EQ=a=b", "TEXT=ä \"quoted\"\n2nd line", "HOME=/x"));
        assertThat(box.output(bundle)).isEqualTo("PATH=/bin\nEMPTY=\nEQ=a=b\nTEXT=ä \"quoted\"\n2nd line\nHOME=/x\n");
    }

    @ParameterizedTest
    @Covers("P5")
    @CsvSource({"0, /root", "1000, /home/user", "4242, /"})
    void addsHomeFromTheContainersPasswd(int uid, String home, Sandbox box) {
        Bundle bundle = box.bundle().shell("echo $HOME").set("/process/user/uid", uid);
        assertThat(box.output(bundle)).isEqualTo(home + "\n");
    }

    @Test
    @Covers("P5")
    void doesNotPassItsOwnEnvironment(Sandbox box) {
        Bundle bundle = box.bundle().args("/bin/env").set("/process/env", List.of("PATH=/bin", "HOME=/"));
        Outcome outcome = box.running(bundle, box.newId())
                .with("SECRET_OF_THE_CALLER", "x")
                .with("LD_PRELOAD", "")
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("PATH=/bin\nHOME=/\n");
    }

    @Test
    @Covers("P6")
    void findsTheProgramInTheContainersPath(Sandbox box) {
        Bundle bundle = box.bundle().args("greet").set("/process/env/0", "PATH=/nowhere:/opt:/bin");
        Path program = Sandbox.write(bundle.rootfs("opt", "greet"), "#!/bin/sh\necho from opt\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(box.output(bundle)).isEqualTo("from opt\n");
    }

    @Test
    @Covers("P6")
    void passesArgumentsVerbatim(Sandbox box) {
        Bundle bundle = box.bundle().args("printf", "[%s]", "", " a  b ", "ü\n", "-x", "$HOME", "'\"\\");
        assertThat(box.output(bundle)).isEqualTo("[][ a  b ][ü\n][-x][$HOME]['\"\\]");
    }

    @Test
    @Covers("P6")
    void runsAProgramRelativeToTheWorkingDirectory(Sandbox box) {
        Bundle bundle = box.bundle().args("./echo", "relative").set("/process/cwd", "/bin");
        assertThat(box.output(bundle)).isEqualTo("relative\n");
    }

    @Test
    @Covers("P6")
    void refusesEmptyArguments(Sandbox box) {
        box.createFails(box.bundle().args(), "args");
    }

    @Test
    @Covers("P6")
    void runReturnsTheExitCode(Sandbox box) {
        assertThat(box.run(box.bundle().shell("exit 42")).code()).isEqualTo(42);
        assertThat(box.run(box.bundle().shell("exit 255")).code()).isEqualTo(255);
    }

    @Test
    @Covers("P6")
    void runReturns128AndTheSignal(Sandbox box) {
        // pid 1 of a pid namespace cannot kill itself: the container shares the caller's.
        Bundle bundle = box.bundle().withoutNamespace("pid").shell("kill -KILL $$");
        assertThat(box.run(bundle).code()).isEqualTo(128 + 9);
    }

    @Test
    @Covers({"P7", "P9"})
    void setsUserAndGroups(Sandbox box) {
        Bundle bundle = box.bundle()
                .shell(SHOW_STATUS)
                .setJson("/process/user", "{'uid': 1000, 'gid': 1001, 'additionalGids': [5, 70000]}");
        String status = box.output(bundle);
        assertThat(field(status, "Uid")).isEqualTo("1000\t1000\t1000\t1000");
        assertThat(field(status, "Gid")).isEqualTo("1001\t1001\t1001\t1001");
        assertThat(field(status, "Groups").split(" ")).containsExactlyInAnyOrder("5", "70000");
    }

    @ParameterizedTest
    @Covers("P7")
    @ValueSource(longs = {-1, 4294967295L, 4294967296L})
    void refusesUserIdsThatAreNone(long uid, Sandbox box) {
        box.createFails(box.bundle().set("/process/user/uid", uid));
    }

    @Test
    @Covers("P7")
    @Deviates(runtime = Flavour.RUNC, reason = "ids end at 2147483647")
    void takesLargeUserIds(Sandbox box) {
        Bundle bundle = box.bundle().shell(SHOW_STATUS).set("/process/user/uid", 4294967294L);
        assertThat(field(box.output(bundle), "Uid")).startsWith("4294967294\t4294967294\t");
    }

    @Test
    @Covers({"P7", "N4"})
    void refusesAUserThatIsNotMapped(Sandbox box) {
        box.createFails(box.bundle().userNamespace().set("/process/user/uid", 70000));
    }

    @Test
    @Covers("P8")
    void setsTheUmask(Sandbox box) {
        assertThat(box.output(box.bundle().shell("umask").set("/process/user/umask", 0077)))
                .isEqualTo("0077\n");
    }

    @Test
    @Covers("P8")
    @Deviates(runtime = Flavour.RUNC, reason = "an unset umask gives 0022")
    @Deviates(runtime = Flavour.CRUN, reason = "an unset umask gives 0022")
    void keepsTheCallersUmask(Sandbox box) {
        Outcome outcome = box.running(box.bundle().shell("umask"), box.newId())
                .within("sh", "-c", "umask 0031; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("0031\n");
    }

    @Test
    @Covers("P9")
    void dropsTheCallersGroupsWhenNoneAreConfigured(Sandbox box) {
        Outcome outcome = box.running(box.bundle().shell(SHOW_STATUS), box.newId())
                .within("setpriv", "--groups", "4,27", "--")
                .execute();
        assertThat(field(outcome.succeeded().stdout(), "Groups")).isEmpty();
    }

    @Test
    @Covers("P10")
    void setsResourceLimitsExactly(Sandbox box) {
        Bundle bundle = box.bundle().shell("cat /proc/self/limits").setJson("/process/rlimits", """
                        [{'type': 'RLIMIT_NOFILE', 'soft': 100, 'hard': 200}, {'type': 'RLIMIT_CORE', 'soft': 0, 'hard': 4096},
                         {'type': 'RLIMIT_STACK', 'soft': 4194304, 'hard': 8388608}]
                        """);
        String limits = box.output(bundle).replaceAll(" +", " ");
        assertThat(limits)
                .contains("Max open files 100 200 files")
                .contains("Max core file size 0 4096 bytes")
                .contains("Max stack size 4194304 8388608 bytes");
    }

    @Test
    @Covers({"P10", "R4"})
    @Deviates(runtime = Flavour.RUNC, reason = "the Go runtime has raised the soft limit of descriptors")
    void keepsTheCallersLimitsWhenNoneAreConfigured(Sandbox box) {
        Bundle bundle = box.bundle().shell("ulimit -Sn; ulimit -Hn").remove("/process/rlimits");
        Outcome outcome = box.running(bundle, box.newId())
                .within("sh", "-c", "ulimit -Sn 300; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout()).startsWith("300\n").isNotEqualTo("300\n300\n");
    }

    @Test
    @Covers("P10")
    void refusesAnUnknownLimit(Sandbox box) {
        box.createFails(
                box.bundle().setJson("/process/rlimits", "[{'type': 'RLIMIT_X', 'soft': 1, 'hard': 1}]"), "RLIMIT_X");
    }

    @Test
    @Covers("P10")
    void refusesASoftLimitAboveTheHardOne(Sandbox box) {
        box.createFails(
                box.bundle().setJson("/process/rlimits", "[{'type': 'RLIMIT_NOFILE', 'soft': 20, 'hard': 10}]"),
                "rlimit");
    }

    @Test
    @Covers("P11")
    @Deviates(runtime = Flavour.RUNC, reason = "the last one wins")
    @Deviates(runtime = Flavour.CRUN, reason = "the last one wins")
    void refusesADuplicateLimit(Sandbox box) {
        box.createFails(
                box.bundle()
                        .setJson(
                                "/process/rlimits",
                                "[{'type': 'RLIMIT_CORE', 'soft': 1, 'hard': 1}, {'type': 'RLIMIT_CORE', 'soft': 1, 'hard': 1}]"),
                "RLIMIT_CORE");
    }

    @Test
    @Covers("P12")
    void setsEachCapabilitySet(Sandbox box) {
        Bundle bundle = box.bundle()
                .shell(SHOW_STATUS)
                .setJson("/process/capabilities", """
                        {'bounding': ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_RAW', 'CAP_SETGID'],
                         'permitted': ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_RAW'],
                         'effective': ['CAP_CHOWN', 'CAP_KILL'],
                         'inheritable': ['CAP_CHOWN', 'CAP_NET_RAW'],
                         'ambient': ['CAP_CHOWN']}
                        """)
                .set("/process/user/uid", 1000);
        String status = box.output(bundle);
        // A process that is not root keeps over execve what is ambient (capabilities(7)).
        assertThat(field(status, "CapBnd")).isEqualTo("0000000000002061");
        assertThat(field(status, "CapInh")).isEqualTo("0000000000002001");
        assertThat(field(status, "CapPrm")).isEqualTo("0000000000000001");
        assertThat(field(status, "CapEff")).isEqualTo("0000000000000001");
        assertThat(field(status, "CapAmb")).isEqualTo("0000000000000001");
    }

    @Test
    @Covers("P12")
    void givesRootItsBoundingSetAndNoMore(Sandbox box) {
        String status = box.output(box.bundle().shell(SHOW_STATUS).capabilities("CAP_KILL", "CAP_CHOWN"));
        for (String set : List.of("CapBnd", "CapPrm", "CapEff")) {
            assertThat(field(status, set)).as(set).isEqualTo("0000000000000021");
        }
        assertThat(field(status, "CapInh")).isEqualTo("0000000000000000");
        assertThat(field(status, "CapAmb")).isEqualTo("0000000000000000");
    }

    @Test
    @Covers({"P12", "CVE-2016-8867"})
    void givesAnUnprivilegedUserNoCapability(Sandbox box) {
        String status = box.output(box.bundle().shell(SHOW_STATUS).set("/process/user/uid", 1000));
        for (String set : List.of("CapPrm", "CapEff", "CapInh", "CapAmb")) {
            assertThat(field(status, set)).as(set).isEqualTo("0000000000000000");
        }
    }

    @Test
    @Covers("P12")
    void dropsAllCapabilitiesOnEmptySets(Sandbox box) {
        String status = box.output(box.bundle().shell(SHOW_STATUS).capabilities());
        for (String set : List.of("CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb")) {
            assertThat(field(status, set)).as(set).isEqualTo("0000000000000000");
        }
    }

    @Test
    @Covers("P13")
    @Deviates(runtime = Flavour.CRUN, reason = "an unknown capability is an error")
    void onlyWarnsAboutAnUnknownCapability(Sandbox box) {
        Bundle bundle = box.bundle().shell(SHOW_STATUS).capabilities("CAP_KILL", "CAP_NONSENSE");
        Outcome outcome = box.run(bundle);
        assertThat(outcome.code()).as(outcome.toString()).isZero();
        assertThat(field(outcome.stdout(), "CapEff")).isEqualTo("0000000000000020");
    }

    @ParameterizedTest
    @Covers("P14")
    @ValueSource(booleans = {true, false})
    void setsNoNewPrivileges(boolean value, Sandbox box) {
        Bundle bundle = box.bundle().shell(SHOW_STATUS).set("/process/noNewPrivileges", value);
        assertThat(field(box.output(bundle), "NoNewPrivs")).isEqualTo(value ? "1" : "0");
    }

    @Test
    @Covers("P15")
    void setsTheOomScore(Sandbox box) {
        Bundle bundle = box.bundle().shell("cat /proc/self/oom_score_adj").set("/process/oomScoreAdj", 321);
        assertThat(box.output(bundle)).isEqualTo("321\n");
    }

    @Test
    @Covers("P15")
    void leavesTheOomScoreAloneWhenUnset(Sandbox box) {
        Outcome outcome = box.running(box.bundle().shell("cat /proc/self/oom_score_adj"), box.newId())
                .within("sh", "-c", "echo 77 > /proc/self/oom_score_adj; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("77\n");
    }

    @Test
    @Covers("P15")
    void refusesAnOomScoreOutOfRange(Sandbox box) {
        box.createFails(box.bundle().set("/process/oomScoreAdj", 2000));
    }

    @Test
    @Covers("P16")
    void refusesAnAppArmorProfileWithoutAppArmor(Sandbox box) {
        box.needs(!Files.exists(Path.of("/sys/kernel/security/apparmor")), "a kernel without AppArmor");
        box.createFails(box.bundle().set("/process/apparmorProfile", "some-profile"), "pparmor");
    }

    @Test
    @Covers("P17")
    void refusesASelinuxLabelWithoutSelinux(Sandbox box) {
        box.needs(!Files.exists(Path.of("/sys/fs/selinux/enforce")), "a kernel without SELinux");
        box.createFails(box.bundle().set("/process/selinuxLabel", "system_u:system_r:container_t:s0"), "selinuxLabel");
    }

    @Test
    @Covers("P22")
    void passesOnlyTheStandardDescriptors(Sandbox box) {
        box.needsProbe();
        String canary = box.canary().toString();
        Outcome outcome = box.running(box.bundle().args("/bin/probe", "fds"), box.newId())
                .within("sh", "-c", "exec 3<" + canary + " 4</ 5</dev/null 8</tmp 9<" + canary + "; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout().lines()).hasSize(3).allMatch(line -> line.matches("[012] .*"));
    }

    @Test
    @Covers("P22")
    void passesTheDescriptorsAskedFor(Sandbox box) {
        box.needsProbe();
        Bundle bundle = box.bundle().args("/bin/probe", "fds");
        Outcome outcome = box.running(bundle, box.newId(), "--preserve-fds", "2")
                .within("sh", "-c", "exec 3</dev/zero 4</dev/full 5</ 6</tmp; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout().lines().skip(3)).containsExactly("3 /dev/zero", "4 /dev/full");
    }

    @Test
    @Covers("P22")
    void passesStandardInput(Sandbox box) {
        Outcome outcome = box.running(box.bundle().args("cat"), box.newId())
                .reading("to the container\n")
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("to the container\n");
    }

    @Test
    @Covers("P22")
    void separatesStandardOutputAndError(Sandbox box) {
        Outcome outcome = box.run(box.bundle().shell("echo out; echo err >&2"));
        assertThat(outcome.stdout()).isEqualTo("out\n");
        assertThat(outcome.stderr()).isEqualTo("err\n");
        assertThat(outcome.code()).isZero();
    }
}
