package dev.minirt.cli;

import dev.minirt.core.driver.Caller;
import dev.minirt.core.host.UserNamespace;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.cli.Options;

/**
 * The flags before the command.
 *
 * @param root the state root as given, or the default of the caller
 * @param log where errors are written too
 * @param jsonLog whether that file is JSON
 * @param debug whether everything is told
 * @param systemdCgroup whether systemd is to make cgroups
 * @param rootless true, false or auto: whether the caller's own systemd is meant, not the system's
 */
record GlobalFlags(
        String root, Optional<String> log, boolean jsonLog, boolean debug, boolean systemdCgroup, String rootless) {
    static Options options() {
        return new Options()
                .addOption(Command.valued(null, "root", "DIR", "directory of the containers' states"))
                .addOption(Command.valued(null, "log", "FILE", "write errors and warnings to this file"))
                .addOption(
                        Command.valued(null, "log-format", "FORMAT", "format of the log file: text (default) or json"))
                .addOption(Command.flag(null, "debug", "log everything, and show where an internal error comes from"))
                .addOption(Command.flag(null, "systemd-cgroup", "have systemd make cgroups"))
                .addOption(Command.valued(
                        null,
                        "rootless",
                        "MODE",
                        "true: use the systemd of the caller, not that of the system; false; auto (default)"))
                .addOption(Command.valued(null, "criu", "PATH", "accepted for compatibility"))
                .addOption(Command.flag("h", "help", "show help"))
                .addOption(Command.flag("v", "version", "show the version"));
    }

    static GlobalFlags of(Flags flags, Caller caller, Path proc) {
        var format = flags.choice("log-format", "text", "text", "json");
        var rootless = flags.choice("rootless", "auto", "true", "false", "auto");
        return new GlobalFlags(
                flags.value("root", defaultRoot(caller, proc)),
                flags.value("log").filter(file -> !file.isEmpty()),
                format.equals("json"),
                flags.has("debug"),
                flags.has("systemd-cgroup"),
                rootless);
    }

    /**
     * Root of a user namespace, as podman makes one for an ordinary user, cannot write to /run either. An empty XDG_RUNTIME_DIR means an
     * unset one: podman clears it so.
     */
    static String defaultRoot(Caller caller, Path proc) {
        var runtimeDirectory = caller.variable("XDG_RUNTIME_DIR");
        return runtimeDirectory == null || UserNamespace.isRealRoot(proc, caller.uid())
                ? "/run/minirt"
                : runtimeDirectory + "/minirt";
    }
}
