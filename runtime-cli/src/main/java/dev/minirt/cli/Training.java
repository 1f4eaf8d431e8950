package dev.minirt.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs real commands with a rehearsed driver, so that the JVM can record which classes they load, and how those look when they are ready: the training run of
 * the AOT cache (JEP 483, JEP 514). Needs no privileges and leaves nothing behind.
 *
 * <p>Only what engines call all the time: every class in the cache is loaded at every start, so {@code validate}, {@code features} and the like, with the libraries that
 * they alone need, would make all others slower.
 */
public final class Training {
    /** A few times, so that what is called often is seen to be. */
    private static final int ROUNDS = 5;

    private static final String ID = "training";

    private Training() {}

    /**
     * Fails if a command does not end as it should. Works in the working directory, which is to be empty: to find a name for a directory of
     * its own it would need classes that commands do not.
     *
     * @param args the directory of the configurations that are trained with: engine.json, user.json, process.json
     */
    public static void main(String[] args) throws IOException {
        var samples = Path.of(args[0]);
        var directory = Files.createDirectory(Path.of("minirt-training").toAbsolutePath());
        try {
            // Loaded, not used: descriptor 0 is not the driver here.
            new StandardStream();
            new HostView.Real().proc();
            for (int round = 0; round < ROUNDS; round++) {
                var bundle = directory.resolve("bundle" + round);
                Files.createDirectories(bundle.resolve("rootfs"));
                try (var driver =
                        new RehearsedDriver(directory, directory.resolve("root").resolve(ID))) {
                    rehearse(driver, directory, bundle, samples.resolve("process.json"));
                    rehearseEngine(driver, directory, bundle, samples);
                }
            }
        } finally {
            remove(directory);
        }
    }

    /** The whole life of a container made from the template. */
    private static void rehearse(RehearsedDriver driver, Path directory, Path bundle, Path process) throws IOException {
        var root = directory.resolve("root").toString();
        var log = directory.resolve("log.json").toString();
        var pidFile = directory.resolve("pid").toString();
        perform(driver, 0, "--version");
        perform(driver, 0, "spec", "--bundle", bundle.toString());
        withoutTerminal(bundle.resolve("config.json"));
        perform(
                driver,
                0,
                "--root",
                root,
                "--log",
                log,
                "--log-format=json",
                "create",
                "-b",
                bundle.toString(),
                "--pid-file",
                pidFile,
                ID);
        perform(driver, 1, "--root", root, "--log", log, "--log-format=json", "create", "-b", bundle.toString(), ID);
        perform(driver, 0, "--root", root, "state", ID);
        perform(driver, 0, "--root", root, "--log", log, "start", ID);
        perform(driver, 0, "--root", root, "state", ID);
        perform(driver, 0, "--root", root, "pause", ID);
        perform(driver, 0, "--root", root, "resume", ID);
        perform(driver, 0, "--root", root, "ps", "--format", "json", ID);
        perform(driver, 0, "--root", root, "update", "--resources", limits(directory), ID);
        perform(driver, 0, "--root", root, "update", "--memory", "128M", "--cpu-quota", "50000", ID);
        perform(driver, 0, "--root", root, "list");
        perform(driver, 0, "--root", root, "list", "--format", "json");
        perform(
                driver,
                0,
                "--root",
                root,
                "--log",
                log,
                "--log-format=json",
                "exec",
                "--process",
                process.toString(),
                "--pid-file",
                pidFile,
                "--detach",
                ID);
        perform(driver, -1, "--root", root, "exec", "-e", "A=b", "-u", "0:0", ID, "true");
        perform(driver, 0, "--root", root, "kill", ID, "KILL");
        perform(driver, 0, "--root", root, "delete", ID);
        perform(driver, 0, "--root", root, "delete", "--force", ID);
        perform(driver, 1, "--root", root, "state", ID);
        perform(driver, 0, "--root", root, "run", "-d", "-b", bundle.toString(), ID);
        perform(driver, 1, "--root", root, "delete", ID);
        perform(driver, 0, "--root", root, "delete", "--force", ID);
    }

    /** Containers as engines and users without privileges configure them: with a bit of everything. */
    private static void rehearseEngine(RehearsedDriver driver, Path directory, Path bundle, Path samples)
            throws IOException {
        var root = directory.resolve("root").toString();
        var config = bundle.resolve("config.json");
        driver.furnish();
        Files.copy(samples.resolve("engine.json"), config, StandardCopyOption.REPLACE_EXISTING);
        perform(
                driver,
                0,
                "--root",
                root,
                "--debug",
                "--log",
                directory.resolve("log").toString(),
                "create",
                "-b",
                bundle.toString(),
                ID);
        perform(driver, 0, "--root", root, "state", ID);
        perform(driver, 0, "--root", root, "start", ID);
        perform(driver, 0, "--root", root, "events", "--stats", ID);
        perform(
                driver,
                0,
                "--root",
                root,
                "exec",
                "-d",
                "-p",
                samples.resolve("process.json").toString(),
                ID);
        perform(driver, 0, "--root", root, "delete", "--force", ID);
        driver.furnish();
        Files.copy(samples.resolve("user.json"), config, StandardCopyOption.REPLACE_EXISTING);
        var console = directory.resolve("console").toString();
        perform(driver, 0, "--root", root, "create", "-b", bundle.toString(), "--console-socket", console, ID);
        perform(driver, 0, "--root", root, "start", ID);
        perform(driver, 0, "--root", root, "exec", "-d", "-t", "--console-socket", console, ID, "true");
        perform(driver, 0, "--root", root, "delete", "--force", ID);
        driver.unfurnish();
    }

    private static void perform(RehearsedDriver driver, int expected, String... words) {
        var argv = new ArrayList<>(List.of("minirt"));
        argv.addAll(List.of(words));
        int code = driver.perform(argv);
        if (code != expected) {
            throw new IllegalStateException(argv + " ended with " + code + ": " + driver.output());
        }
    }

    /** What docker asks for. */
    private static String limits(Path directory) throws IOException {
        return Files.writeString(directory.resolve("limits.json"), """
                        {"memory": {"limit": 134217728, "reservation": 0, "swap": 268435456},
                         "cpu": {"shares": 0, "quota": 100000, "period": 100000}, "blockIO": {"weight": 0}}
                        """).toString();
    }

    /** The template wants a terminal, which create does not give. */
    private static void withoutTerminal(Path config) throws IOException {
        var text = Files.readString(config, StandardCharsets.UTF_8);
        Files.writeString(config, text.replace("\"terminal\": true", "\"terminal\": false"));
    }

    private static void remove(Path tree) throws IOException {
        if (Files.isDirectory(tree)) {
            try (var entries = Files.newDirectoryStream(tree)) {
                for (var entry : entries) {
                    remove(entry);
                }
            }
        }
        Files.deleteIfExists(tree);
    }
}
