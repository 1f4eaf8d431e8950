package dev.minirt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The training runs of the AOT caches (JEP 483, JEP 514): the JVM records which classes commands load, and how those look when they are ready. Needs no
 * privileges and leaves nothing behind.
 */
public final class Training {
    private static final Path DIRECTORY = Path.of("minirt-training");

    private Training() {}

    /**
     * Fails if a command does not end as it should. Works in the working directory, which is to be empty: to find a name for a directory of
     * its own it would need classes that commands do not.
     *
     * @param args {@code other}: all commands; {@code prepare}: what {@code brief} needs, and leaves it in the working directory for that; {@code brief}:
     *     the small commands
     */
    public static void main(String[] args) throws IOException {
        var directory = DIRECTORY.toAbsolutePath();
        // Loaded, not used: descriptor 0 is not the driver here.
        new StandardStream();
        new HostView.Real().proc();
        if (args[0].equals("prepare")) {
            Files.createDirectory(directory);
            BriefRehearsal.prepare(directory);
        } else if (args[0].equals("brief")) {
            BriefRehearsal.perform(directory);
            Rehearsal.remove(directory);
        } else {
            Files.createDirectory(directory);
            // Twice, for what is different when a thing has been done before.
            Rehearsal.perform(directory);
            Rehearsal.perform(directory);
            Rehearsal.remove(directory);
        }
    }
}
