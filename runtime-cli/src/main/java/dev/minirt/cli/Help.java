package dev.minirt.cli;

import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/** The texts of {@code --help}. */
final class Help {
    private Help() {}

    /** What minirt is, its commands and global flags. */
    static String general() {
        var commands = new TextTable("", "");
        for (var name : Commands.NAMES) {
            var command = Commands.named(name);
            if (command != null) {
                commands.row("  " + name, command.summary());
            }
        }
        return "minirt runs containers from OCI bundles\n\nUsage: minirt [GLOBAL FLAGS] COMMAND [FLAGS] [OPERANDS]\n\nCommands:"
                + commands
                + "\nGlobal flags:"
                + flags(GlobalFlags.options());
    }

    /** The help of a command; the general one if none is named. */
    static String of(@Nullable String name) {
        if (name == null) {
            return general();
        }
        Commands.refuseUnsupported(name);
        var command = Commands.named(name);
        if (command == null) {
            throw new UsageException("unknown command " + LogFile.quoted(name));
        }
        var options = command.options().addOption(Command.flag("h", "help", "show help"));
        return "minirt " + name + ": " + command.summary() + "\n\nUsage: minirt [GLOBAL FLAGS] " + name + " [FLAGS]"
                + (command.operands().isEmpty() ? "" : " " + command.operands())
                + "\n\nFlags:"
                + flags(options);
    }

    private static String flags(Options options) {
        var table = new TextTable("", "");
        for (var option : options.getOptions()) {
            var name = (option.getOpt() == null ? "      --" : "  -" + option.getOpt() + ", --") + option.getLongOpt();
            table.row(option.hasArg() ? name + " " + option.getArgName() : name, option.getDescription());
        }
        return table.toString();
    }
}
