package dev.minirt.cli;

import dev.minirt.core.bundle.Bundle;
import dev.minirt.core.bundle.BundleException;
import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.host.IoReason;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import dev.minirt.spec.Warning;
import dev.minirt.spec.json.SpecReader;
import dev.minirt.spec.schema.SchemaValidation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.Options;

/**
 * {@code minirt validate}: says everything that is wrong with a configuration, by the JSON Schema, by the rules of the spec, and by what this runtime
 * can do on any host. Prints a line for each and fails if there is one; warnings, of what is ignored, are lines too and no failure.
 */
final class ValidateCommand implements Command {
    @Override
    public String name() {
        return "validate";
    }

    @Override
    public String operands() {
        return "[BUNDLE]";
    }

    @Override
    public String summary() {
        return "say everything that is wrong with a config.json";
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
        return new Options()
                .addOption(Command.valued(
                        "b", "bundle", "DIR", "directory of the bundle (default: the working directory)"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var directory = ExplainCommand.bundle(session, flags);
        var config = read(directory);
        var lines = new ArrayList<String>();
        var warnings = new ArrayList<Warning>();
        add(lines, "schema", SchemaValidation.ofConfig().validate(config));
        try {
            var result = SpecReader.read(config);
            warnings.addAll(result.warnings());
            var options = new PlanOptions(
                    "validate",
                    directory.toString(),
                    "/run/minirt/validate",
                    Optional.empty(),
                    false,
                    false,
                    0,
                    0022,
                    Connections.USUAL,
                    systemd(session));
            warnings.addAll(session.planner()
                    .plan(result.document(), options, HostFacts.typical())
                    .warnings());
        } catch (SpecException e) {
            add(lines, "rule", e.violations());
        }
        for (var warning : warnings) {
            session.log().warning(warning.toString());
            session.print(Failing.oneLine("warning: " + warning) + "\n");
        }
        if (lines.isEmpty()) {
            session.print("config.json is valid\n");
            return Ending.DONE;
        }
        for (var line : lines) {
            session.print(line + "\n");
        }
        session.flush();
        throw new BundleException(lines.size() + (lines.size() == 1 ? " violation" : " violations") + " in "
                + directory.resolve(Bundle.CONFIG));
    }

    /** With the flag of create, a cgroupsPath of systemd's form is one. */
    private static Optional<SystemdInstance> systemd(Session session) {
        return session.globals().systemdCgroup() ? Optional.of(SystemdInstance.typical()) : Optional.empty();
    }

    private static void add(List<String> lines, String source, List<Violation> violations) {
        for (var violation : violations) {
            lines.add(Failing.oneLine(source + ": " + violation));
        }
    }

    private static byte[] read(Path directory) {
        var file = directory.resolve(Bundle.CONFIG);
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new BundleException(file + ": not a regular file");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BundleException(file + ": " + IoReason.of(e));
        }
    }
}
