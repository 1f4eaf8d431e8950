package dev.minirt.spec.json;

import dev.minirt.spec.Capabilities;
import dev.minirt.spec.ConsoleSize;
import dev.minirt.spec.ExecCpuAffinity;
import dev.minirt.spec.IoPriority;
import dev.minirt.spec.IoPriorityClass;
import dev.minirt.spec.Process;
import dev.minirt.spec.Rlimit;
import dev.minirt.spec.RlimitType;
import dev.minirt.spec.Scheduler;
import dev.minirt.spec.SchedulerFlag;
import dev.minirt.spec.SchedulerPolicy;
import dev.minirt.spec.User;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code process} (config.md, Process). */
final class ProcessBinding {
    private static final User SUBSTITUTE = new User(0, 0, OptionalInt.empty(), List.of());

    private final JsonCursor in;

    ProcessBinding(JsonCursor in) {
        this.in = in;
    }

    Process process() {
        boolean terminal = false;
        ConsoleSize consoleSize = null;
        User user = null;
        List<String> args = null;
        List<String> env = List.of();
        String cwd = null;
        Capabilities capabilities = null;
        List<Rlimit> rlimits = List.of();
        boolean noNewPrivileges = false;
        String apparmorProfile = null;
        OptionalInt oomScoreAdj = OptionalInt.empty();
        String selinuxLabel = null;
        Scheduler scheduler = null;
        IoPriority ioPriority = null;
        ExecCpuAffinity execCpuAffinity = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "terminal" -> terminal = in.bool();
                    case "consoleSize" -> consoleSize = consoleSize();
                    case "user" -> user = user();
                    case "args" -> args = in.strings();
                    case "env" -> env = in.strings();
                    case "cwd" -> cwd = in.string();
                    case "capabilities" -> capabilities = capabilities();
                    case "rlimits" -> rlimits = in.list(this::rlimit);
                    case "noNewPrivileges" -> noNewPrivileges = in.bool();
                    case "apparmorProfile" -> apparmorProfile = in.nonEmptyString();
                    case "oomScoreAdj" -> oomScoreAdj = OptionalInt.of(in.integer(-1000, 1000));
                    case "selinuxLabel" -> selinuxLabel = in.nonEmptyString();
                    case "scheduler" -> scheduler = scheduler();
                    case "ioPriority" -> ioPriority = ioPriority();
                    case "execCPUAffinity" -> execCpuAffinity = execCpuAffinity();
                    default -> in.unknownMember();
                }
            }
        }
        return new Process(
                terminal,
                Optional.ofNullable(consoleSize),
                in.required(user, "user", SUBSTITUTE),
                in.required(args, "args", List.of()),
                env,
                in.required(cwd, "cwd", ""),
                Optional.ofNullable(capabilities),
                rlimits,
                noNewPrivileges,
                Optional.ofNullable(apparmorProfile),
                oomScoreAdj,
                Optional.ofNullable(selinuxLabel),
                Optional.ofNullable(scheduler),
                Optional.ofNullable(ioPriority),
                Optional.ofNullable(execCpuAffinity));
    }

    private ConsoleSize consoleSize() {
        OptionalLong height = OptionalLong.empty();
        OptionalLong width = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "height" -> height = OptionalLong.of(in.integer(0, 0xFFFF));
                    case "width" -> width = OptionalLong.of(in.integer(0, 0xFFFF));
                    default -> in.unknownMember();
                }
            }
        }
        return new ConsoleSize((int) in.required(height, "height"), (int) in.required(width, "width"));
    }

    private User user() {
        OptionalLong uid = OptionalLong.empty();
        OptionalLong gid = OptionalLong.empty();
        OptionalInt umask = OptionalInt.empty();
        List<Long> additionalGids = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "uid" -> uid = OptionalLong.of(in.id());
                    case "gid" -> gid = OptionalLong.of(in.id());
                    case "umask" -> umask = OptionalInt.of(in.integer(0, 0777));
                    case "additionalGids" -> additionalGids = in.list(in::id);
                    default -> in.unknownMember();
                }
            }
        }
        return new User(in.required(uid, "uid"), in.required(gid, "gid"), umask, additionalGids);
    }

    private Capabilities capabilities() {
        List<String> bounding = List.of();
        List<String> effective = List.of();
        List<String> inheritable = List.of();
        List<String> permitted = List.of();
        List<String> ambient = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "bounding" -> bounding = in.strings();
                    case "effective" -> effective = in.strings();
                    case "inheritable" -> inheritable = in.strings();
                    case "permitted" -> permitted = in.strings();
                    case "ambient" -> ambient = in.strings();
                    default -> in.unknownMember();
                }
            }
        }
        return new Capabilities(bounding, effective, inheritable, permitted, ambient);
    }

    private Rlimit rlimit() {
        RlimitType type = null;
        OptionalLong soft = OptionalLong.empty();
        OptionalLong hard = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "type" -> type = in.word(RlimitType::named, "resource limit");
                    case "soft" -> soft = OptionalLong.of(in.uint64());
                    case "hard" -> hard = OptionalLong.of(in.uint64());
                    default -> in.unknownMember();
                }
            }
        }
        RlimitType theType = in.required(type, "type", RlimitType.CPU);
        long softValue = in.required(soft, "soft");
        long hardValue = in.required(hard, "hard");
        return new Rlimit(theType, softValue, hardValue);
    }

    private Scheduler scheduler() {
        SchedulerPolicy policy = null;
        int nice = 0;
        int priority = 0;
        List<SchedulerFlag> flags = List.of();
        long runtime = 0;
        long deadline = 0;
        long period = 0;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "policy" -> policy = in.word(SchedulerPolicy::named, "scheduling policy");
                    case "nice" -> nice = in.integer(-20, 19);
                    case "priority" -> priority = in.integer(0, 99);
                    case "flags" -> flags = in.list(() -> in.word(SchedulerFlag::named, "scheduler flag"));
                    case "runtime" -> runtime = in.uint64();
                    case "deadline" -> deadline = in.uint64();
                    case "period" -> period = in.uint64();
                    default -> in.unknownMember();
                }
            }
        }
        return new Scheduler(
                in.required(policy, "policy", SchedulerPolicy.OTHER), nice, priority, flags, runtime, deadline, period);
    }

    private IoPriority ioPriority() {
        IoPriorityClass ioClass = null;
        int priority = 0;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "class" -> ioClass = in.word(IoPriorityClass::named, "I/O priority class");
                    case "priority" -> priority = in.integer(0, 7);
                    default -> in.unknownMember();
                }
            }
        }
        return new IoPriority(in.required(ioClass, "class", IoPriorityClass.BE), priority);
    }

    private ExecCpuAffinity execCpuAffinity() {
        String initial = null;
        String finalCpus = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "initial" -> initial = in.nonEmptyString();
                    case "final" -> finalCpus = in.nonEmptyString();
                    default -> in.unknownMember();
                }
            }
        }
        return new ExecCpuAffinity(Optional.ofNullable(initial), Optional.ofNullable(finalCpus));
    }
}
