package dev.minirt.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The program to run in the container (config.md, Process); also the document given to {@code exec --process}.
 *
 * @param terminal whether standard input, output and error are a new pseudoterminal
 * @param consoleSize size of that terminal; of no meaning without one
 * @param user ids to run as
 * @param args argument vector, at least one entry, searched as execvp(3) does
 * @param env environment, each entry {@code KEY=value}
 * @param cwd working directory, an absolute path inside the container
 * @param capabilities capability sets; absent means that the document says nothing of them
 * @param rlimits resource limits, no type twice
 * @param noNewPrivileges whether to set PR_SET_NO_NEW_PRIVS
 * @param apparmorProfile AppArmor profile to enter on exec
 * @param oomScoreAdj value for {@code /proc/self/oom_score_adj}, -1000 to 1000; absent means do not touch it
 * @param selinuxLabel SELinux label to enter on exec
 * @param scheduler scheduling attributes, sched_setattr(2)
 * @param ioPriority I/O priority, ioprio_set(2)
 * @param execCPUAffinity CPUs of processes that join later; does not concern the first process
 */
@SuppressWarnings("JavaLangClash") // the spec calls it process, and java.lang.Process has no business in this module
public record Process(
        boolean terminal,
        Optional<ConsoleSize> consoleSize,
        User user,
        List<String> args,
        List<String> env,
        String cwd,
        Optional<Capabilities> capabilities,
        List<Rlimit> rlimits,
        boolean noNewPrivileges,
        Optional<String> apparmorProfile,
        OptionalInt oomScoreAdj,
        Optional<String> selinuxLabel,
        Optional<Scheduler> scheduler,
        Optional<IoPriority> ioPriority,
        Optional<ExecCpuAffinity> execCPUAffinity) {
    /** Copies what is mutable. */
    public Process {
        args = List.copyOf(args);
        env = List.copyOf(env);
        rlimits = List.copyOf(rlimits);
    }
}
