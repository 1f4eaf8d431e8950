package dev.minirt.cli;

import dev.minirt.core.bundle.Bundle;
import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.TerminalOffer;
import dev.minirt.core.store.ContainerId;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.cli.Options;

/** {@code minirt explain}: prints what create, start and delete would do, and which member of config.json asked for it. Needs no root. */
final class ExplainCommand implements Command {
    @Override
    public String name() {
        return "explain";
    }

    @Override
    public String operands() {
        return "[BUNDLE]";
    }

    @Override
    public String summary() {
        return "print what would be done for a bundle, step by step";
    }

    @Override
    public int fewestOperands() {
        return 0;
    }

    @Override
    public int mostOperands() {
        return 1;
    }

    @Override
    public Options options() {
        return CreateCommand.flags()
                .addOption(
                        Command.valued(null, "id", "CONTAINER-ID", "id of the container (default: name of the bundle)"))
                .addOption(Command.valued("f", "format", "FORMAT", "text (default) or json"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var format = flags.choice("format", "text", "text", "json");
        var bundle = Bundle.load(bundle(session, flags));
        for (var warning : bundle.warnings()) {
            session.log().warning(warning.toString());
        }
        var id = id(bundle, flags);
        var options = new PlanOptions(
                id.text(),
                bundle.path().toString(),
                session.store().directory(id).path().toString(),
                flags.value("pid-file").map(file -> session.path(file).toString()),
                flags.has("no-pivot"),
                flags.has("no-new-keyring"),
                flags.number("preserve-fds", 0, CreateCommand.MOST_PRESERVED),
                session.caller().umask(),
                // As run would, at a terminal: what this command's own streams are does not matter.
                new Connections(
                        new TerminalOffer(CallerConnections.socket(session, flags), flags.has("console-socket"), true),
                        Optional.empty(),
                        false),
                systemd(session));
        var plan = session.planner().plan(bundle.spec(), options, session.facts());
        session.print(format.equals("json") ? PlanAsJson.of(plan) : PlanAsText.of(plan));
        return Ending.DONE;
    }

    /** Nobody is asked: a plan for a systemd that is like others. */
    private static Optional<SystemdInstance> systemd(Session session) {
        return switch (session.cgroupDriver()) {
            case FILES -> Optional.empty();
            case SYSTEMD -> Optional.of(SystemdInstance.typical());
            case USER_SYSTEMD ->
                Optional.of(SystemdInstance.typicalOf(session.caller().uid()));
        };
    }

    /** The bundle that is the operand or given by the flag. */
    static Path bundle(Session session, Flags flags) {
        return flags.rest().isEmpty()
                ? CreateCommand.bundle(session, flags)
                : session.path(flags.rest().getFirst());
    }

    private static ContainerId id(Bundle bundle, Flags flags) {
        var given = flags.value("id");
        if (given.isPresent()) {
            return new ContainerId(given.get());
        }
        return Optional.ofNullable(bundle.path().getFileName())
                .map(Path::toString)
                .filter(ContainerId::isValid)
                .map(ContainerId::new)
                .orElseGet(() -> new ContainerId("container"));
    }
}
