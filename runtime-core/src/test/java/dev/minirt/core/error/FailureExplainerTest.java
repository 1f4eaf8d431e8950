package dev.minirt.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.error.FailureExplainer.HookEnd;
import dev.minirt.core.op.Op;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.stage.ContainerStages;
import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact messages: the bar is what other runtimes say about the same mistakes, and what engines look for. */
class FailureExplainerTest {
    private static final String CONFIG = """
            {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "hostname": "h",
             "process": {"user": {"uid": 7, "gid": 7}, "args": ["ARG0"], "cwd": "/nope",
               "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 18446744073709551615}],
               "oomScoreAdj": -5, "apparmorProfile": "p"},
             "mounts": [{"destination": "/dev", "type": "tmpfs", "options": ["frobnicate"]},
                        {"destination": "/x", "source": "/nonexist", "options": ["rbind", "ro"]},
                        {"destination": "/y", "type": "nofs"}],
             "hooks": {"createContainer": [{"path": "/bin/false", "timeout": 3}]},
             "linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}, {"type": "pid"}, {"type": "ipc"},
                                      {"type": "network", "path": "/proc/99/ns/net"}],
               "resources": {"memory": {"limit": 1048576}},
               "sysctl": {"net.ipv4.ip_forward": "1"}}}""";

    private static Plan plan(String argument) {
        var spec = SpecReader.read(CONFIG.replace("ARG0", argument).getBytes(StandardCharsets.UTF_8), "config.json")
                .document();
        var options = new PlanOptions("c", "/b", "/run/minirt/c", Optional.empty(), false, false, 0, 022);
        return ContainerStages.planner().plan(spec, options, HostFacts.typical());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "open | ENOENT | failed to find, in the joined mount namespace, the directory for the root file system /run/minirt/c/root: no such file or directory (ENOENT); a mount namespace can be joined if",
                "verify | EXDEV | failed to find, in the joined mount namespace, the runtime's own directory for the root file system at /run/minirt/c/root: invalid cross-device link (EXDEV); a mount namespace can be joined if",
            })
    void saysWhyAMountNamespaceCannotBeJoined(String step, Errno errno, String message) {
        var config =
                CONFIG.replace("ARG0", "x").replace("{\"type\": \"mount\"}", "{\"type\": \"mount\", \"path\": \"/m\"}");
        var spec = SpecReader.read(config.getBytes(StandardCharsets.UTF_8), "config.json")
                .document();
        var options = new PlanOptions("c", "/b", "/run/minirt/c", Optional.empty(), false, false, 0, 022);
        var plan = ContainerStages.planner().plan(spec, options, HostFacts.typical());
        assertThat(fail(plan, "AttachRootfsApart", 0, step, errno.number(), "/run/minirt/c/root"))
                .hasMessageStartingWith("linux.namespaces[0].path: " + message);
    }

    private static int step(Op op, String name) {
        for (int i = 0; i < op.steps().size(); i++) {
            if (op.steps().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new AssertionError(op + " has no step " + name);
    }

    private static RuntimeFailure fail(
            Plan plan, String operation, int occurrence, String step, int code, String detail) {
        var program = plan.program();
        int left = occurrence;
        for (int i = 0; i < program.size(); i++) {
            if (program.get(i).action() instanceof Action.Interpreted(var context, var op)
                    && op.getClass().getSimpleName().equals(operation)
                    && left-- == 0) {
                return FailureExplainer.failed(plan, i, step(op, step), code, detail);
            }
        }
        throw new AssertionError("no " + operation);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "nosuch | FindExecutable 0 search | ENOENT | nosuch | process.args[0]: exec: \"nosuch\": executable file not found in $PATH",
                "/nope | FindExecutable 0 stat | ENOENT | /nope | process.args[0]: exec: \"/nope\": stat /nope: no such file or directory (ENOENT)",
                "/etc/passwd | FindExecutable 0 access | EACCES | /etc/passwd | process.args[0]: exec: \"/etc/passwd\": permission denied (EACCES); process.user may not execute it: see its mode, the directories above it, and the mount option noexec",
                "/etc | FindExecutable 0 directory | EISDIR | /etc | process.args[0]: exec: \"/etc\": is a directory (EISDIR)",
                "x | Execute 0 execute | ENOEXEC | /bin/x | process.args: exec: \"/bin/x\": exec format error (ENOEXEC); the program is for another architecture, or a script without a #! line",
                "x | Execute 0 execute | ENOENT | /bin/x | process.args: exec: \"/bin/x\": no such file or directory (ENOENT); the program is there, but not its interpreter: see its #! line or its dynamic loader",
                "x | ChangeDirectory 1 change | ENOENT | /nope | process.cwd: chdir to cwd (\"/nope\") set in config.json failed: no such file or directory (ENOENT)",
                "x | ChangeDirectory 0 verify | ENOENT | /nope | process.cwd: chdir to cwd (\"/nope\") set in config.json leads out of the container's root: no such file or directory (ENOENT)",
                "x | MountFilesystem 0 option | EINVAL | frobnicate: tmpfs: Unknown parameter 'frobnicate' | mounts[0] /dev: tmpfs rejected option \"frobnicate\" (tmpfs: Unknown parameter 'frobnicate'): invalid argument (EINVAL)",
                "x | MountFilesystem 0 option | EINVAL | size=1x | mounts[0] /dev: tmpfs rejected option \"size=1x\": invalid argument (EINVAL)",
                "x | MountFilesystem 1 fsopen | ENODEV | nofs | mounts[2] /y: unknown filesystem type \"nofs\" (ENODEV)",
                "x | MountFilesystem 1 create-target | EROFS | /y | mounts[2] /y: failed to create the destination /y: read-only file system (EROFS); the destination is missing in a read-only file system: the image must have it",
                "x | MountFilesystem 1 resolve | ENOTDIR | /y | mounts[2] /y: the destination: not a directory (ENOTDIR)",
                "x | MountFilesystem 1 resolve | ELOOP | /y | mounts[2] /y: failed to resolve the destination /y: too many levels of symbolic links (ELOOP); the path leads through links without end, or through a link of procfs, which may lead out of the container",
                "x | AttachTree 0 resolve | ELOOP | /x | mounts[1] /x: failed to resolve the destination /x: too many levels of symbolic links (ELOOP); the path leads through links without end, or through a link of procfs, which may lead out of the container",
                "x | CloneTree 0 open | ENOENT | /b/rootfs | root.path: /b/rootfs: no such file or directory (ENOENT)",
                "x | CloneTree 1 open | ENOENT | /nonexist | mounts[1] /x: source /nonexist: no such file or directory (ENOENT)",
                "x | CloneTree 1 open | EINVAL | /nonexist | mounts[1] /x: failed to clone the mount tree of /nonexist: invalid argument (EINVAL); the source lies in an unbindable mount, or in another mount namespace",
                "x | AttachTree 0 directory-on-file | ENOTDIR | /x | mounts[1] /x: source /nonexist, a directory, is meant for a destination that is not a directory (ENOTDIR); a directory can be bound to a directory only",
                "x | AttachTree 0 file-on-directory | EISDIR | /x | mounts[1] /x: source /nonexist is not a directory, but the destination is one (EISDIR); a file can be bound to a file only",
                "x | AttachRootfs 0 open | ENOTDIR | /b/rootfs | root.path: /b/rootfs: not a directory (ENOTDIR)",
                "x | OpenNamespace 0 open | ENOENT | /proc/99/ns/net | linux.namespaces[4].path: /proc/99/ns/net: no such file or directory (ENOENT)",
                "x | OpenNamespace 0 type | EINVAL | /proc/99/ns/net | linux.namespaces[4].path: /proc/99/ns/net is no namespace of type CLONE_NEWNET: invalid argument (EINVAL)",
                "x | SetResourceLimit 0 set | EPERM | ^^ | process.rlimits[0]: failed to set RLIMIT_NOFILE to 1024:unlimited: operation not permitted (EPERM); raising a hard limit needs CAP_SYS_RESOURCE, and no RLIMIT_NOFILE exceeds /proc/sys/fs/nr_open",
                "x | SetOomScoreAdjustment 0 write | EACCES | ^^ | process.oomScoreAdj: failed to write /proc/self/oom_score_adj: permission denied (EACCES); a value below the caller's own lower bound needs CAP_SYS_RESOURCE",
                "x | WriteSysctl 0 open | ENOENT | net/ipv4/ip_forward | linux.sysctl[\"net.ipv4.ip_forward\"]: failed to open the kernel parameter net/ipv4/ip_forward: no such file or directory (ENOENT); this kernel, or this kind of namespace, does not have the parameter; perhaps a module is not loaded",
                "x | CloneInit 0 clone | ENOSPC | ^^ | linux.namespaces: failed to clone the container process into its namespaces and cgroup: no space left on device (ENOSPC); a limit on the number or depth of namespaces is reached: see /proc/sys/user/max_*_namespaces",
                "x | SetHostname 0 set | EPERM | ^^ | hostname: failed to set the host name: operation not permitted (EPERM); the uts namespace belongs to another user namespace",
                "x | NewSession 0 create | EPERM | ^^ | failed to create a session: operation not permitted (EPERM)",
                "x | RunHook 0 exec | ENOENT | ^^ | hooks.createContainer[0] /bin/false: failed to execute: no such file or directory (ENOENT)",
            })
    void saysWhatFailed(String argument, String where, Errno errno, String detail, String message) {
        var parts = where.split(" ", -1);
        var failure = fail(plan(argument), parts[0], Integer.parseInt(parts[1]), parts[2], errno.number(), detail);
        assertThat(failure).hasMessage(message);
        assertThat(failure.details().errno()).isEqualTo(errno.number());
        assertThat(failure.details().operation()).isEqualTo(parts[0]);
        assertThat(failure.details().step()).isEqualTo(parts[2]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "status | 1 | ^^ | hooks.createContainer[0] /bin/false: exit status 1",
                "status | 3 | no route | hooks.createContainer[0] /bin/false: exit status 3: no route",
                "signal | 9 | ^^ | hooks.createContainer[0] /bin/false: killed by SIGKILL",
                "signal | 64 | ^^ | hooks.createContainer[0] /bin/false: killed by signal 64",
                "timeout | 110 | ^^ | hooks.createContainer[0] /bin/false: killed after its timeout of 3 s",
            })
    void saysHowAHookFailed(String step, int code, String said, String message) {
        var failure = fail(plan("x"), "RunHook", 0, step, code, said);
        assertThat(failure).hasMessage(message);
        assertThat(failure.details().errno()).isZero();
        var hook = new Hook("/bin/false", List.of(), List.of(), OptionalInt.of(3));
        var end = switch (step) {
            case "status" -> HookEnd.EXITED;
            case "signal" -> HookEnd.SIGNALLED;
            default -> HookEnd.TIMEOUT;
        };
        assertThat(FailureExplainer.hook(HookKind.CREATE_CONTAINER, 0, hook, end, code, said))
                .as("a hook that the runtime runs is spoken of alike")
                .hasMessage(message);
    }

    @Test
    void isOneLineWhateverAHookWrites() {
        var failure = fail(plan("x"), "RunHook", 0, "status", 1, "a\n\u001b[31mred\r\n\tb\u0000" + "x".repeat(5000));
        assertThat(failure.getMessage())
                .startsWith("hooks.createContainer[0] /bin/false: exit status 1: a ?[31mred b?xxx")
                .endsWith("...")
                .hasSizeLessThan(1200)
                .doesNotContain("\n", "\u001b", "\0");
    }

    @Test
    void saysHowInitDied() {
        var plan = plan("x");
        assertThat(FailureExplainer.died(plan, 0, 9, false))
                .hasMessage("the container's init was killed by SIGKILL in or after CloseDescriptors;"
                        + " perhaps for want of memory: linux.resources.memory.limit allows 1 MiB");
        assertThat(FailureExplainer.died(plan, 0, 9, true))
                .hasMessage("linux.resources.memory.limit: the container's init was killed by the OOM killer: memory"
                        + " limit 1 MiB is too low; it happened in or after CloseDescriptors");
        // As the kernel rounds, or as update has changed it; and of a cgroup above.
        assertThat(FailureExplainer.died(plan, 0, 9, new MemoryShortage(2, 4096)))
                .hasMessageContaining(": memory limit 4 KiB is too low;");
        assertThat(FailureExplainer.died(plan, -1, 9, new MemoryShortage(1, -1)))
                .hasMessageEndingWith(
                        "was killed by the OOM killer: no memory is left to a cgroup above it, or to the host");
        // What killed another process is not what made init exit.
        assertThat(FailureExplainer.died(plan, -1, 3 << 8, new MemoryShortage(1, 4096)))
                .hasMessage("the container's init exited with status 3");
        assertThat(FailureExplainer.died(plan, 0, 31, false))
                .hasMessageEndingWith("; linux.seccomp kills for a system call that the start of the program needs");
        assertThat(FailureExplainer.died(plan, -1, 3 << 8, false))
                .hasMessage("the container's init exited with status 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMFILE | start the launcher | failed to start the launcher: too many open files (EMFILE); RLIMIT_NOFILE (ulimit -n) is too low for this configuration",
                "EINVAL | find a descriptor | failed to find a descriptor: invalid argument (EINVAL); RLIMIT_NOFILE (ulimit -n) must exceed --preserve-fds by what minirt needs itself",
                "EAGAIN | start the launcher | failed to start the launcher: resource temporarily unavailable (EAGAIN); a limit on processes is reached: pids.max of the cgroup or one above, or RLIMIT_NPROC",
                "ENOMEM | start the launcher | failed to start the launcher: cannot allocate memory (ENOMEM)",
                "EPROTO | malformed request | protocol error: the interpreter reported step 4294967295 of operation 4294967295: protocol error: malformed request",
            })
    void saysWhyNothingHasBegun(Errno errno, String detail, String message) {
        assertThat(FailureExplainer.failed(plan("x"), -1, -1, errno.number(), detail))
                .hasMessage(message);
    }

    @Test
    void aReportThatFitsNoPlanIsAProtocolError() {
        var plan = plan("x");
        assertThat(FailureExplainer.failed(plan, 100_000, 0, 22, ""))
                .hasMessage("protocol error: the interpreter reported step 0 of operation 100000: invalid argument");
        assertThat(FailureExplainer.failed(plan, 0, -1, 71, "table"))
                .hasMessage(
                        "protocol error: the interpreter reported step 4294967295 of operation 0: protocol error: table");
        assertThat(FailureExplainer.failed(plan, -1, 0, 0, "")).hasMessageContaining("operation 4294967295");
    }
}
