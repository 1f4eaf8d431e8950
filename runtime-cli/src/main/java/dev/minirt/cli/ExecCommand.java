package dev.minirt.cli;

import dev.minirt.core.lifecycle.ExecProcess;
import dev.minirt.core.lifecycle.ExecRequest;
import dev.minirt.core.lifecycle.Execution;
import dev.minirt.core.op.SetCapabilities;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.json.SpecReader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.cli.Options;

/** {@code minirt exec}: runs another process in a container. */
final class ExecCommand implements Command {
    /** What the peers, and so the callers of engines, know as a failure that is not the program's. */
    private static final int FAILED = 255;

    /** Flags with a value that are about what the document of {@code --process} says. */
    private static final List<String> BESIDE_NO_DOCUMENT =
            List.of("cwd", "env", "user", "additional-gids", "process-label", "apparmor", "cap");

    @Override
    public String name() {
        return "exec";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID [COMMAND [ARGUMENT...]]";
    }

    @Override
    public String summary() {
        return "run another process in a container, and stay with it until it ends";
    }

    @Override
    public int mostOperands() {
        return Integer.MAX_VALUE;
    }

    @Override
    public int failure() {
        return FAILED;
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Command.valued(
                        "p", "process", "FILE", "take the whole process from this file; - for standard input"))
                .addOption(Command.valued(null, "cwd", "DIR", "working directory in the container"))
                .addOption(Command.valued("e", "env", "NAME=VALUE", "set an environment variable (repeatable)"))
                .addOption(Command.flag("t", "tty", "give the process a terminal"))
                .addOption(Command.valued("u", "user", "UID[:GID]", "user and group id in the container"))
                .addOption(Command.valued("g", "additional-gids", "GID", "one more supplementary group (repeatable)"))
                .addOption(Command.flag("d", "detach", "return when the program is started"))
                .addOption(Command.valued(null, "pid-file", "FILE", "write the pid of the process to this file"))
                .addOption(Command.valued(null, "console-socket", "SOCKET", "socket that gets the terminal"))
                .addOption(Command.valued(null, "pidfd-socket", "SOCKET", "socket that gets a pidfd"))
                .addOption(Command.valued(null, "process-label", "LABEL", "SELinux label of the process"))
                .addOption(Command.valued(null, "apparmor", "PROFILE", "AppArmor profile of the process"))
                .addOption(Command.flag(null, "no-new-privs", "forbid that the process gains privileges"))
                .addOption(Command.valued("c", "cap", "NAME", "one more capability (repeatable)"))
                .addOption(Command.valued(null, "preserve-fds", "N", "pass N descriptors from 3 on to the process"))
                .addOption(Command.valued(null, "cgroup", "PATH", "enter this cgroup below the container's"))
                .addOption(Command.flag(
                        null, "ignore-paused", "allow it in a paused container, and wait until it is resumed"))
                .addOption(Command.flag(null, "explain", "print what would be done instead of doing it"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var request = request(session, flags);
        var execution = new Execution(session.surroundings());
        var plan = execution.plan(request);
        if (flags.has("explain")) {
            session.print(PlanAsText.of(plan));
            return Ending.DONE;
        }
        if (session.globals().debug()) {
            session.log().debug("the plan has been made");
            session.log().debug(PlanAsText.of(plan));
        }
        tellOfCapabilities(session, flags.values("cap"), plan);
        var process = execution.execute(request, plan);
        // An orphan belongs to the container's init, or to whoever would have adopted it without us.
        return flags.has("detach") ? Ending.DONE : new Ending.Supervise(process.pid(), false, List.of());
    }

    /** Whoever has typed a name is told aloud that it has no effect; of those in a document the log tells, as it does of a configuration's. */
    private static void tellOfCapabilities(Session session, List<String> names, Plan plan) {
        if (names.isEmpty()) {
            return;
        }
        var granted = granted(plan);
        for (var name : names) {
            if (!granted.contains(name)) {
                session.log()
                        .trouble("--cap " + LogFile.quoted(name)
                                + " has no effect: the name is unknown, or the runtime does not have it itself");
            }
        }
    }

    private static Set<String> granted(Plan plan) {
        var names = new HashSet<String>();
        for (var step : plan.steps()) {
            if (step.action() instanceof Action.Interpreted(var context, var op)
                    && op instanceof SetCapabilities capabilities) {
                for (var capability : capabilities.permitted()) {
                    names.add(capability.symbol());
                }
            }
        }
        return names;
    }

    private static ExecRequest request(Session session, Flags flags) {
        var id = new ContainerId(flags.rest().getFirst());
        return new ExecRequest(
                id,
                flags.value("process").isPresent()
                        ? document(session, flags, flags.value("process").get())
                        : command(flags),
                flags.value("cgroup"),
                flags.has("ignore-paused"),
                CallerConnections.path(session, flags, "pid-file"),
                CallerConnections.path(session, flags, "pidfd-socket"),
                flags.number("preserve-fds", 0, CreateCommand.MOST_PRESERVED),
                CallerConnections.terminal(session, flags, flags.has("detach")));
    }

    /** What would be ignored is refused: above all what confines the process. {@code --tty} is not, for conmon before 2.1.12 gives it with every terminal. */
    private static void refuseBesideDocument(Flags flags) {
        for (var name : BESIDE_NO_DOCUMENT) {
            if (flags.value(name).filter(value -> !value.isEmpty()).isPresent()) {
                throw new UsageException(
                        "--" + name + " cannot be combined with --process: the document says all of the process");
            }
        }
        if (flags.has("no-new-privs")) {
            throw new UsageException("--no-new-privs cannot be combined with --process: the document says all of the"
                    + " process, noNewPrivileges too");
        }
        if (flags.rest().size() > 1) {
            throw new UsageException(
                    "a command cannot be combined with --process: the document says all of the process");
        }
    }

    private static ExecProcess document(Session session, Flags flags, String file) {
        refuseBesideDocument(flags);
        var document = SpecReader.readProcess(session.input(file), Session.nameOf(file));
        for (var warning : document.warnings()) {
            session.log().warning(warning.toString());
        }
        return new ExecProcess.Document(document.document());
    }

    private static ExecProcess command(Flags flags) {
        var command = flags.rest().subList(1, flags.rest().size());
        if (command.isEmpty()) {
            throw new UsageException("process args cannot be empty: give a command, or --process");
        }
        var user = flags.value("user").map(UserFlag::parse);
        for (var assignment : flags.values("env")) {
            if (assignment.indexOf('=') < 1) {
                throw new UsageException(
                        "invalid value " + LogFile.quoted(assignment) + " for flag -env: expected NAME=VALUE");
            }
        }
        var directory = flags.value("cwd");
        if (directory.isPresent() && !directory.get().startsWith("/")) {
            throw new UsageException(
                    "invalid value " + LogFile.quoted(directory.get()) + " for flag -cwd: expected an absolute path");
        }
        return new ExecProcess.Command(
                command,
                directory,
                flags.values("env"),
                UserFlag.uid(user),
                UserFlag.gid(user),
                UserFlag.ids("additional-gids", flags.values("additional-gids")),
                flags.has("tty"),
                flags.values("cap"),
                flags.has("no-new-privs") ? Optional.of(true) : Optional.empty(),
                flags.value("process-label").filter(label -> !label.isEmpty()),
                flags.value("apparmor").filter(profile -> !profile.isEmpty()));
    }
}
