package dev.minirt.cli;

import dev.minirt.core.host.UnpackedResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Performs real commands with a {@link RehearsedDriver}, and in a directory in place of the host. So the JVM gets to know what commands do before they
 * matter: for the AOT cache in {@link Training}, and in a server, which has them compiled when they are asked for.
 *
 * <p>Only what engines call all the time: every class in the cache is loaded at every start, so {@code validate}, {@code features} and the like, with the libraries that
 * they alone need, would make all others slower.
 */
final class Rehearsal {
    private static final String ID = "training";

    private Rehearsal() {}

    /**
     * Performs every command once or twice.
     *
     * @param directory absolute, and nobody else's; may be used again, and is to be {@linkplain #remove removed} by the caller
     * @throws IllegalStateException if a command does not end as it should
     */
    static void perform(Path directory) throws IOException {
        var bundle = Files.createDirectories(directory.resolve("bundle"));
        Files.createDirectories(bundle.resolve("rootfs"));
        try (var driver =
                new RehearsedDriver(directory, directory.resolve("root").resolve(ID))) {
            rehearse(driver, directory, bundle);
            rehearseEngine(driver, directory, bundle);
        }
    }

    /** A configuration that is rehearsed with. */
    static Path sample(String name, Path file) throws IOException {
        var content = UnpackedResource.read(Rehearsal.class, "rehearsal/" + name);
        return Files.write(file, Objects.requireNonNull(content));
    }

    /** The whole life of a container without anything special. */
    private static void rehearse(RehearsedDriver driver, Path directory, Path bundle) throws IOException {
        var root = directory.resolve("root").toString();
        var log = directory.resolve("log.json").toString();
        var pidFile = directory.resolve("pid").toString();
        var process = sample("process.json", directory.resolve("process.json"));
        perform(driver, 0, "--version");
        sample("plain.json", bundle.resolve("config.json"));
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
    private static void rehearseEngine(RehearsedDriver driver, Path directory, Path bundle) throws IOException {
        var root = directory.resolve("root").toString();
        var config = bundle.resolve("config.json");
        driver.furnish();
        sample("engine.json", config);
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
                directory.resolve("process.json").toString(),
                ID);
        perform(driver, 0, "--root", root, "delete", "--force", ID);
        driver.furnish();
        sample("user.json", config);
        var console = directory.resolve("console").toString();
        perform(driver, 0, "--root", root, "create", "-b", bundle.toString(), "--console-socket", console, ID);
        perform(driver, 0, "--root", root, "start", ID);
        perform(driver, 0, "--root", root, "exec", "-d", "-t", "--console-socket", console, ID, "true");
        perform(driver, 0, "--root", root, "delete", "--force", ID);
        driver.unfurnish();
    }

    static void perform(RehearsedDriver driver, int expected, String... words) {
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

    /** Takes a directory away with all that is in it. */
    static void remove(Path tree) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            try (var entries = Files.newDirectoryStream(tree)) {
                for (var entry : entries) {
                    remove(entry);
                }
            }
        }
        Files.deleteIfExists(tree);
    }
}
