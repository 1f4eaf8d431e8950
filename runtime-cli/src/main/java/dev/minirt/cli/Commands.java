package dev.minirt.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All commands. Only the one that is asked for is loaded. */
final class Commands {
    /** In the order of the help. */
    static final List<String> NAMES = List.of(
            "create",
            "start",
            "state",
            "exec",
            "kill",
            "delete",
            "run",
            "pause",
            "resume",
            "update",
            "ps",
            "events",
            "list",
            "spec",
            "validate",
            "explain",
            "features",
            "serve");

    private Commands() {}

    /**
     * Refuses a command of runc's that there will not be, whatever its flags, even for help: podman asks for that of {@code checkpoint} and takes a success for support.
     *
     * @throws UsageException if it is one of those
     */
    static void refuseUnsupported(String name) {
        if (name.equals("checkpoint") || name.equals("restore")) {
            throw new UsageException(
                    name + " is not supported: minirt cannot save the state of processes, nor bring it back");
        }
    }

    /** The command of a name; null if there is none. */
    static @Nullable Command named(String name) {
        return switch (name) {
            case "create" -> new CreateCommand();
            case "start" -> new StartCommand();
            case "state" -> new StateCommand();
            case "exec" -> new ExecCommand();
            case "kill" -> new KillCommand();
            case "delete" -> new DeleteCommand();
            case "run" -> new RunCommand();
            case "pause" -> new PauseCommand();
            case "resume" -> new ResumeCommand();
            case "update" -> new UpdateCommand();
            case "ps" -> new PsCommand();
            case "events" -> new EventsCommand();
            case "list" -> new ListCommand();
            case "spec" -> new SpecCommand();
            case "validate" -> new ValidateCommand();
            case "explain" -> new ExplainCommand();
            case "features" -> new FeaturesCommand();
            case "serve" -> new ServeCommand();
            default -> null;
        };
    }
}
