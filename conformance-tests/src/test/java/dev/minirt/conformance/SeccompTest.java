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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code linux.seccomp}, without a listener. The probe calls {@code lseek(-1, OFFSET, WHENCE)}, which the kernel answers
 * with EBADF (9) whatever the arguments, so that any other answer is the filter's.
 */
@Conformance
class SeccompTest {
    private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");
    private static final int LSEEK = X86_64 ? 8 : 62;
    private static final int GETPID = X86_64 ? 39 : 172;

    private static String lseek(long offset, long whence) {
        return "probe syscall " + LSEEK + " 0xffffffffffffffff " + Long.toUnsignedString(offset) + " " + whence;
    }

    private static Bundle bundle(Sandbox box, String defaultAction, String... rules) {
        box.needsProbe();
        return box.bundle()
                .setJson("/linux/seccomp", "{'defaultAction': '" + defaultAction + "', 'syscalls': []}")
                .setJson("/linux/seccomp/syscalls", "[" + String.join(", ", rules) + "]")
                .shell(lseek(0, 0));
    }

    private static String rule(String action, String more) {
        return "{'names': ['lseek'], 'action': '" + action + "'" + more + "}";
    }

    @ParameterizedTest
    @Covers({"S1", "S2"})
    @CsvSource(
            delimiter = '|',
            value = {
                "SCMP_ACT_ERRNO | | 1",
                "SCMP_ACT_ERRNO | , 'errnoRet': 42 | 42",
                "SCMP_ACT_ERRNO | , 'errnoRet': 0 | 0",
                "SCMP_ACT_ALLOW | | 9",
                "SCMP_ACT_LOG | | 9",
                "SCMP_ACT_TRACE | | 38",
                "SCMP_ACT_TRACE | , 'errnoRet': 5 | 38"
            })
    void takesAction(String action, String more, int errno, Sandbox box) {
        String defaultAction = action.equals("SCMP_ACT_ALLOW") ? "SCMP_ACT_LOG" : "SCMP_ACT_ALLOW";
        String output = box.output(bundle(box, defaultAction, rule(action, more == null ? "" : more)));
        assertThat(output).isEqualTo(errno == 0 ? "ret=0 errno=0\n" : "ret=-1 errno=" + errno + "\n");
    }

    @ParameterizedTest
    @Covers("S1")
    @ValueSource(strings = {"SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP"})
    void kills(String action, Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule(action, ""));
        String[] words = lseek(0, 0).split(" ", -1);
        words[0] = "/bin/probe";
        Outcome outcome = box.run(bundle.args(words));
        assertThat(outcome.code()).as(outcome.toString()).isEqualTo(128 + 31);
        assertThat(outcome.stdout()).isEmpty();
    }

    @Test
    @Covers({"S1", "S2"})
    void deniesByDefaultWithTheDefaultErrno(Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ERRNO", allowances())
                .set("/linux/seccomp/defaultErrnoRet", 77)
                .shell(lseek(0, 0));
        assertThat(box.output(bundle)).isEqualTo("ret=-1 errno=77\n");
    }

    @Test
    @Covers({"S1", "S2", "S7"})
    @Deviates(runtime = Flavour.CRUN, reason = "EPERM also for calls newer than the profile")
    void deniesByDefaultWithEperm(Sandbox box) {
        // A call that is newer than every rule does not exist (ENOSYS), so that libraries fall back.
        Bundle bundle = bundle(box, "SCMP_ACT_ERRNO", allowances())
                .shell(lseek(0, 0) + "; probe syscall 100000")
                .set("/linux/seccomp/architectures/-", X86_64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64");
        assertThat(box.output(bundle)).isEqualTo("ret=-1 errno=1\nret=-1 errno=38\n");
    }

    /** What a shell and the probe need to run, and the last steps of a runtime. */
    private static String allowances() {
        String names =
                "access arch_prctl brk capget capset chdir chmod chown clock_gettime clone clone3 close close_range"
                        + " dup dup2 dup3 epoll_create1 epoll_ctl epoll_pwait epoll_wait execve execveat exit exit_group faccessat faccessat2 fchdir"
                        + " fchmod fchown fchownat fcntl fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getgroups getpgid"
                        + " getpgrp getpid getppid getrandom getsid gettid gettimeofday getuid ioctl keyctl kill landlock_create_ruleset"
                        + " lstat madvise mmap mprotect mremap munmap nanosleep newfstatat open openat openat2 pause pipe pipe2 poll"
                        + " ppoll prctl pread64 prlimit64 read readlink readlinkat readv recvfrom recvmsg rseq rt_sigaction"
                        + " rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_getaffinity sched_yield"
                        + " seccomp sendmsg sendto set_robust_list set_tid_address setgid setgroups setpgid setregid setresgid"
                        + " setresuid setreuid setsid setuid sigaltstack stat statfs statx sysinfo tgkill tkill umask uname unlink unlinkat"
                        + " vfork wait4 waitid waitpid write writev";
        return "{'names': ['" + names.replace(" ", "', '") + "'], 'action': 'SCMP_ACT_ALLOW'}";
    }

    @ParameterizedTest
    @Covers("S2")
    @ValueSource(strings = {"SCMP_ACT_ALLOW", "SCMP_ACT_KILL", "SCMP_ACT_LOG"})
    @Deviates(runtime = Flavour.RUNC, reason = "ignored")
    void refusesAnErrnoWithAnotherAction(String action, Sandbox box) {
        box.createFails(
                bundle(box, "SCMP_ACT_ERRNO", rule(action, ", 'errnoRet': 5")), "/linux/seccomp/syscalls/0/errnoRet");
    }

    @ParameterizedTest
    @Covers({"S1", "S3", "S4", "S6"})
    @CsvSource({
        "/linux/seccomp/defaultAction, SCMP_ACT_NONSENSE", "/linux/seccomp/syscalls/0/action, SCMP_ACT_NONSENSE",
        "/linux/seccomp/architectures/-, SCMP_ARCH_NONSENSE", "/linux/seccomp/flags/-, SECCOMP_FILTER_FLAG_NONSENSE"
    })
    void refusesUnknownNames(String pointer, String value, Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", ""));
        box.createFails(bundle.set(pointer, value), pointer.replace("/-", "/0"), value);
    }

    @ParameterizedTest
    @Covers("S6")
    @ValueSource(
            strings = {
                "{'index': 0, 'value': 1, 'op': 'SCMP_CMP_NONSENSE'}",
                "{'index': 6, 'value': 1, 'op': 'SCMP_CMP_EQ'}",
            })
    void refusesArgumentsThatCannotBe(String argument, Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", ", 'args': [" + argument + "]"));
        box.createFails(bundle, "/linux/seccomp/syscalls/0/args/0");
    }

    @Test
    @Covers("S5")
    @Deviates(runtime = Flavour.RUNC, reason = "does nothing")
    void refusesARuleWithoutNames(Sandbox box) {
        box.createFails(
                bundle(box, "SCMP_ACT_ALLOW", "{'names': [], 'action': 'SCMP_ACT_ERRNO'}"),
                "/linux/seccomp/syscalls/0/names");
    }

    @Test
    @Covers({"S5", "trap 12"})
    void skipsNamesThatNobodyKnows(Sandbox box) {
        Bundle bundle = bundle(
                box,
                "SCMP_ACT_ALLOW",
                "{'names': ['no_such_call', 'lseek', 'another_one'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 55}",
                "{'names': ['only_unknown_ones'], 'action': 'SCMP_ACT_ERRNO'}");
        assertThat(box.output(bundle)).isEqualTo("ret=-1 errno=55\n");
    }

    @ParameterizedTest
    @Covers("S6")
    @CsvSource({
        "EQ, 5, 0, 5, true",
        "EQ, 5, 0, 6, false",
        "NE, 5, 0, 5, false",
        "NE, 5, 0, 6, true",
        "LT, 5, 0, 4, true",
        "LT, 5, 0, 5, false",
        "LE, 5, 0, 5, true",
        "LE, 5, 0, 6, false",
        "GE, 5, 0, 5, true",
        "GE, 5, 0, 4, false",
        "GT, 5, 0, 6, true",
        "GT, 5, 0, 5, false",
        "MASKED_EQ, 12, 4, 7, true",
        "MASKED_EQ, 12, 4, 15, false",
        // 64 bits, compared unsigned: each half alone would give another answer
        "EQ, 21474836481, 0, 21474836481, true",
        "EQ, 21474836481, 0, 1, false",
        "EQ, 21474836481, 0, 21474836482, false",
        "GT, 4294967296, 0, 4294967295, false",
        "GT, 4294967296, 0, 4294967297, true",
        "GT, 4294967297, 0, 8589934592, true",
        "LT, 4294967296, 0, 1, true",
        "LT, 8589934593, 0, 4294967298, true",
        "LE, 8589934593, 0, 8589934593, true",
        "LE, 8589934593, 0, 8589934594, false",
        "GE, 8589934593, 0, 4294967300, false",
        "GE, 8589934593, 0, 8589934593, true",
        "GT, 1, 0, 18446744073709551615, true",
        "NE, 4294967297, 0, 1, true",
        "MASKED_EQ, 4294967296, 4294967296, 4294967297, true",
        "MASKED_EQ, 4294967296, 4294967296, 1, false"
    })
    void comparesArguments(String op, long value, long valueTwo, String argument, boolean matches, Sandbox box) {
        String args = ", 'errnoRet': 66, 'args': [{'index': 1, 'value': %d, 'valueTwo': %d, 'op': 'SCMP_CMP_%s'}]"
                .formatted(value, valueTwo, op);
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", args))
                .shell(lseek(Long.parseUnsignedLong(argument), 0));
        assertThat(box.output(bundle)).isEqualTo("ret=-1 errno=" + (matches ? 66 : 9) + "\n");
    }

    @Test
    @Covers("S6")
    void demandsAllArgumentsOfARule(Sandbox box) {
        String args = ", 'errnoRet': 66, 'args': [{'index': 1, 'value': 5, 'op': 'SCMP_CMP_EQ'},"
                + " {'index': 2, 'value': 1, 'op': 'SCMP_CMP_GE'}]";
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", args))
                .shell(lseek(5, 1) + ";" + lseek(5, 0) + ";" + lseek(4, 1));
        assertThat(box.output(bundle).replace("ret=-1 errno=", "")).isEqualTo("66\n9\n9\n");
    }

    @Test
    @Covers("S6")
    void takesARepeatedIndexForAlternatives(Sandbox box) {
        String args = ", 'errnoRet': 66, 'args': [{'index': 1, 'value': 5, 'op': 'SCMP_CMP_EQ'},"
                + " {'index': 1, 'value': 7, 'op': 'SCMP_CMP_EQ'}]";
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", args))
                .shell(lseek(5, 0) + ";" + lseek(7, 0) + ";" + lseek(6, 0));
        assertThat(box.output(bundle).replace("ret=-1 errno=", "")).isEqualTo("66\n66\n9\n");
    }

    @Test
    @Covers("S6")
    void appliesSeveralRulesForOneCall(Sandbox box) {
        Bundle bundle = bundle(
                        box,
                        "SCMP_ACT_ALLOW",
                        rule(
                                "SCMP_ACT_ERRNO",
                                ", 'errnoRet': 61, 'args': [{'index': 1, 'value': 1, 'op': 'SCMP_CMP_EQ'}]"),
                        rule(
                                "SCMP_ACT_ERRNO",
                                ", 'errnoRet': 62, 'args': [{'index': 1, 'value': 2, 'op': 'SCMP_CMP_EQ'}]"))
                .shell(lseek(1, 0) + ";" + lseek(2, 0) + ";" + lseek(3, 0));
        assertThat(box.output(bundle).replace("ret=-1 errno=", "")).isEqualTo("61\n62\n9\n");
    }

    @Test
    @Covers("S3")
    void appliesRulesToListedArchitectures(Sandbox box) {
        box.needs(X86_64, "an x86_64 host");
        Bundle bundle = bundle(
                        box, "SCMP_ACT_ALLOW", "{'names': ['getpid'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 33}")
                .setJson("/linux/seccomp/architectures", "['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']")
                .shell("probe syscall " + GETPID + "; probe int80 20; probe int80 24");
        Outcome outcome = box.run(bundle);
        box.needs(!outcome.stderr().contains("Segmentation"), "a kernel that runs 32-bit calls");
        assertThat(outcome.stdout().lines().toList().subList(0, 2)).containsExactly("ret=-1 errno=33", "ret=-33");
        assertThat(outcome.stdout().lines().toList().get(2)).as("getuid").isEqualTo("ret=0");
    }

    @ParameterizedTest
    @Covers("S3")
    @ValueSource(strings = {"int80 20", "syscall 0x40000027"})
    void killsOnArchitecturesThatAreNotListed(String call, Sandbox box) {
        box.needs(X86_64, "an x86_64 host");
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", ""))
                .setJson("/linux/seccomp/architectures", "['SCMP_ARCH_X86_64']")
                .args(("/bin/probe " + call).split(" ", -1));
        Outcome outcome = box.run(bundle);
        assertThat(outcome.code()).as(outcome.toString()).isEqualTo(128 + 31);
    }

    @Test
    @Covers("S3")
    void coversTheNativeArchitectureUnlisted(Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", ", 'errnoRet': 44"))
                .setJson("/linux/seccomp/architectures", "['SCMP_ARCH_ARM']");
        if (X86_64) {
            assertThat(box.output(bundle)).isEqualTo("ret=-1 errno=44\n");
        }
    }

    @ParameterizedTest
    @Covers("S4")
    @ValueSource(
            strings = {
                "[]",
                "['SECCOMP_FILTER_FLAG_LOG']",
                "['SECCOMP_FILTER_FLAG_SPEC_ALLOW']",
                "['SECCOMP_FILTER_FLAG_TSYNC']",
                "['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW']"
            })
    @Deviates(runtime = Flavour.RUNC, cases = "^.[2-5]]", reason = "flags came with 1.1.6")
    void acceptsFlags(String flags, Sandbox box) {
        Bundle bundle =
                bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", "")).setJson("/linux/seccomp/flags", flags);
        assertThat(box.output(bundle)).isEqualTo("ret=-1 errno=1\n");
    }

    @ParameterizedTest
    @Covers("S8")
    @CsvSource({"true, 0", "false, 0", "true, 1000", "false, 1000"})
    void loadsTheFilterWithAndWithoutNewPrivileges(boolean noNewPrivileges, int uid, Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", ""))
                .set("/process/noNewPrivileges", noNewPrivileges)
                .set("/process/user/uid", uid)
                .capabilities()
                .shell("cat /proc/self/status; " + lseek(0, 0));
        String output = box.output(bundle);
        assertThat(Processes.field(output, "Seccomp")).isEqualTo("2");
        assertThat(Processes.field(output, "NoNewPrivs")).isEqualTo(noNewPrivileges ? "1" : "0");
        assertThat(output).endsWith("ret=-1 errno=1\n");
    }

    /** Not even the runtime's own init can end in the usual way then: it must not try forever. */
    @Test
    @Covers("S8")
    @Timeout(60)
    void endsUnderAFilterThatRefusesEvenToExit(Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ERRNO").set("/process/noNewPrivileges", true);
        assertThat(box.run(bundle).code()).isNotZero();
    }

    @Test
    @Covers("S1")
    void loadsNothingWithoutSeccomp(Sandbox box) {
        String host = Processes.status(ProcessHandle.current().pid(), "Seccomp");
        assertThat(Processes.field(box.output(box.bundle().shell("cat /proc/self/status")), "Seccomp"))
                .isEqualTo(host);
    }

    @Test
    @Covers("S11")
    void refusesNotifyWithoutAListener(Sandbox box) {
        box.createFails(bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_NOTIFY", "")), "/linux/seccomp");
    }

    @Test
    @Covers("S10")
    @Deviates(runtime = Flavour.CRUN, reason = "a listener is made anyway")
    void ignoresAListenerPathWithoutNotify(Sandbox box) {
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", ""))
                .set("/linux/seccomp/listenerPath", "/nonexistent/socket");
        assertThat(box.output(bundle)).isEqualTo("ret=-1 errno=1\n");
    }

    @Test
    @Covers("S12")
    @Deviates(runtime = Flavour.RUNC, reason = "not validated")
    @Deviates(runtime = Flavour.CRUN, reason = "not validated")
    void refusesListenerMetadataWithoutAPath(Sandbox box) {
        Bundle bundle =
                bundle(box, "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", "")).set("/linux/seccomp/listenerMetadata", "x");
        box.createFails(bundle, "/linux/seccomp/listenerMetadata");
    }

    @Test
    @Covers({"S5", "C9"})
    void copesWithManyRules(Sandbox box) {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            rules.append("{'names': ['lseek', 'mkdir', 'rmdir', 'sethostname', 'mount'], 'action': 'SCMP_ACT_ERRNO',"
                            + " 'errnoRet': ")
                    .append(20 + i % 2)
                    .append(", 'args': [{'index': 1, 'value': ")
                    .append(i)
                    .append(", 'op': 'SCMP_CMP_EQ'}]},");
        }
        Bundle bundle = bundle(box, "SCMP_ACT_ALLOW", rules + rule("SCMP_ACT_ALLOW", ""))
                .shell(lseek(0, 0) + ";" + lseek(299, 0) + ";" + lseek(300, 0));
        bundle.remove("/linux/seccomp/syscalls/300");
        assertThat(box.output(bundle).replace("ret=-1 errno=", "")).isEqualTo("20\n21\n9\n");
    }
}
