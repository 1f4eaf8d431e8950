package dev.minirt.cli;

import dev.minirt.core.store.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The small commands alone, in the shapes that engines use: for an AOT cache without what {@code create} needs, since every class in a cache
 * costs every command. Their containers are made before, by another JVM. Which commands these are the driver knows, too (brief.c).
 */
final class BriefRehearsal {
    /** Twice, for what is different when a thing has been done before. */
    private static final int ROUNDS = 2;

    private BriefRehearsal() {}

    /**
     * Makes the containers.
     *
     * @param directory absolute, and nobody else's
     */
    static void prepare(Path directory) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            for (var kind : new String[] {"plain", "engine", "forced"}) {
                var id = kind + round;
                try (var driver = driver(directory, id)) {
                    var bundle = Files.createDirectories(directory.resolve("bundle-" + id));
                    Files.createDirectories(bundle.resolve("rootfs"));
                    if (kind.equals("plain")) {
                        Rehearsal.sample("plain.json", bundle.resolve("config.json"));
                    } else {
                        driver.furnish();
                        var config = Files.readString(Rehearsal.sample("engine.json", bundle.resolve("config.json")));
                        Files.writeString(
                                bundle.resolve("config.json"), config.replace("/minirt/training", "/minirt/" + id));
                    }
                    Rehearsal.perform(driver, 0, "--root", root(directory), "create", "-b", bundle.toString(), id);
                    driver.leave();
                }
            }
        }
    }

    /** Performs every command once or twice, with these containers, of which nothing is left. */
    static void perform(Path directory) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            rehearsePlain(directory, "plain" + round);
            rehearseEngine(directory, "engine" + round);
            rehearseForced(directory, "forced" + round);
        }
    }

    private static void rehearsePlain(Path directory, String id) throws IOException {
        var root = root(directory);
        try (var driver = driver(directory, id)) {
            driver.comeBack();
            Rehearsal.perform(driver, 0, "--version");
            Rehearsal.perform(driver, 0, "--root", root, "state", id);
            Rehearsal.perform(driver, 0, "--root", root, "start", id);
            Rehearsal.perform(driver, 1, "--root", root, "start", id);
            Rehearsal.perform(driver, 0, "--root", root, "state", id);
            Rehearsal.perform(driver, 0, "--root", root, "pause", id);
            Rehearsal.perform(driver, 0, "--root", root, "state", id);
            Rehearsal.perform(driver, 0, "--root", root, "resume", id);
            Rehearsal.perform(driver, 0, "--root", root, "kill", id, "KILL");
            Rehearsal.perform(driver, 0, "--root", root, "state", id);
            Rehearsal.perform(driver, 1, "--root", root, "kill", id, "KILL");
            Rehearsal.perform(driver, 0, "--root", root, "delete", id);
            Rehearsal.perform(driver, 1, "--root", root, "state", id);
            Rehearsal.perform(driver, 1, "--root", root, "delete", id);
            Rehearsal.perform(driver, 0, "--root", root, "delete", "--force", id);
        }
    }

    /** With hooks, and with the logs that engines ask for. */
    private static void rehearseEngine(Path directory, String id) throws IOException {
        var root = root(directory);
        var log = directory.resolve("log.json").toString();
        try (var driver = driver(directory, id)) {
            driver.comeBack();
            Rehearsal.perform(driver, 0, "--root", root, "--log", log, "--log-format=json", "--debug", "start", id);
            Rehearsal.perform(driver, 0, "--root", root, "--log", log, "--log-format", "json", "state", id);
            Rehearsal.perform(driver, 1, "--root", root, "--log", log, "--log-format", "json", "delete", id);
            Rehearsal.perform(driver, 0, "--root", root, "--log", log, "--log-format", "json", "kill", id, "15");
            Rehearsal.perform(driver, 0, "--root", root, "kill", "--all", id, "SIGTERM");
            Rehearsal.perform(driver, 0, "--root", root, "kill", "--all", id, "9");
            Rehearsal.perform(driver, 0, "--root", root, "kill", id, "9");
            // As run does it; the second time there is nothing to do.
            var after = new ArrayList<>(List.of("--root", root));
            after.addAll(DeleteCommand.after(new ContainerId(id), RehearsedDriver.INIT));
            Rehearsal.perform(driver, 0, after.toArray(new String[0]));
            Rehearsal.perform(driver, 0, after.toArray(new String[0]));
        }
    }

    private static void rehearseForced(Path directory, String id) throws IOException {
        try (var driver = driver(directory, id)) {
            driver.comeBack();
            Rehearsal.perform(driver, 0, "--root", root(directory), "delete", "--force", id);
        }
    }

    private static RehearsedDriver driver(Path directory, String id) throws IOException {
        return new RehearsedDriver(directory, directory.resolve("root").resolve(id));
    }

    private static String root(Path directory) {
        return directory.resolve("root").toString();
    }
}
