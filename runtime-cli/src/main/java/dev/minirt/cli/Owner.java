package dev.minirt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whose a container is. */
final class Owner {
    private Owner() {}

    /** The user who owns the state directory, by name if there is one, else by number; empty if the directory is gone. */
    static String of(Path directory) {
        try {
            return Files.getOwner(directory).getName();
        } catch (IOException e) {
            return "";
        }
    }
}
