package dev.minirt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The training run of the AOT cache (JEP 483, JEP 514): the JVM records which classes commands load, and how those look when they are ready. Needs no
 * privileges and leaves nothing behind.
 */
public final class Training {
    /** A few times, so that what is called often is seen to be. */
    private static final int ROUNDS = 5;

    private Training() {}

    /**
     * Fails if a command does not end as it should. Works in the working directory, which is to be empty: to find a name for a directory of
     * its own it would need classes that commands do not.
     */
    public static void main(String[] args) throws IOException {
        var directory = Files.createDirectory(Path.of("minirt-training").toAbsolutePath());
        try {
            // Loaded, not used: descriptor 0 is not the driver here.
            new StandardStream();
            new HostView.Real().proc();
            for (int round = 0; round < ROUNDS; round++) {
                Rehearsal.perform(directory);
            }
        } finally {
            Rehearsal.remove(directory);
        }
    }
}
