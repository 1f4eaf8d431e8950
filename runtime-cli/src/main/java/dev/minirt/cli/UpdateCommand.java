package dev.minirt.cli;

import dev.minirt.core.lifecycle.Updating;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Resources;
import dev.minirt.spec.json.SpecReader;
import java.util.ArrayList;
import org.apache.commons.cli.Options;

/** {@code minirt update}: changes limits of a container, by flags or by a document. */
final class UpdateCommand implements Command {
    private static final String RESOURCES = "resources";

    @Override
    public String name() {
        return "update";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "change limits of a container; what is not named stays";
    }

    @Override
    public Options options() {
        var options = new Options()
                .addOption(
                        Command.valued(
                                "r",
                                RESOURCES,
                                "FILE",
                                "JSON like linux.resources of config.json, in a file or (-) on standard input; 0 is for not set"));
        for (var flag : LimitFlag.values()) {
            options.addOption(Command.valued(null, flag.flag(), flag.kind().placeholder(), flag.meaning()));
        }
        return options;
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var id = new ContainerId(flags.rest().getFirst());
        var file = flags.value(RESOURCES, "");
        if (file.isEmpty()) {
            var resources = LimitFlag.resources(flags);
            new Updating(session.surroundings(), LimitFlag::name).update(id, resources);
        } else {
            warnOfOthers(session, flags);
            new Updating(session.surroundings(), JsonPointer::field).update(id, read(session, file));
        }
        return Ending.DONE;
    }

    /** As runc does. */
    private static void warnOfOthers(Session session, Flags flags) {
        var others = new ArrayList<String>();
        for (var flag : LimitFlag.values()) {
            if (flags.has(flag.flag())) {
                others.add("--" + flag.flag());
            }
        }
        if (!others.isEmpty()) {
            session.log()
                    .warning("beside --" + RESOURCES + " other flags have no effect: " + String.join(", ", others));
        }
    }

    private static Resources read(Session session, String file) {
        var result = SpecReader.readResources(session.input(file), Session.nameOf(file));
        for (var warning : result.warnings()) {
            session.log().warning(warning.toString());
        }
        return result.document();
    }
}
