package dev.minirt.cli;

import dev.minirt.core.bundle.Bundle;
import dev.minirt.core.bundle.BundleException;
import dev.minirt.core.host.IoReason;
import dev.minirt.spec.DefaultSpec;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.SpecWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.commons.cli.Options;

/** {@code minirt spec}: writes a config.json to start from. */
final class SpecCommand implements Command {
    @Override
    public String name() {
        return "spec";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public String summary() {
        return "write a config.json to start from";
    }

    @Override
    public int fewestOperands() {
        return 0;
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Command.valued(
                        "b", "bundle", "DIR", "directory to write it to (default: the working directory)"))
                .addOption(Command.flag(null, "rootless", "for a container of an ordinary user"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var caller = session.caller();
        var spec = flags.has("rootless") ? DefaultSpec.rootless(caller.uid(), caller.gid()) : DefaultSpec.rootful();
        var file = CreateCommand.bundle(session, flags).resolve(Bundle.CONFIG);
        try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(SpecWriter.spec(spec, JsonStyle.TABS));
            out.write('\n');
        } catch (FileAlreadyExistsException e) {
            throw new BundleException("file " + file + " exists already: remove it first");
        } catch (IOException e) {
            throw new BundleException("write " + file + ": " + IoReason.of(e));
        }
        return Ending.DONE;
    }
}
