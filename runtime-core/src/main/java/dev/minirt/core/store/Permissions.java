package dev.minirt.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Modes of what the store makes: for the owner alone, whatever the umask of the caller. */
final class Permissions {
    private static final Set<PosixFilePermission> FILE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> DIRECTORY = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private Permissions() {}

    /** For the creation of a file: at most 0600 from its first moment. */
    static FileAttribute<?> ofFile() {
        return PosixFilePermissions.asFileAttribute(FILE);
    }

    /** For the creation of a directory: at most 0700 from its first moment. */
    static FileAttribute<?> ofDirectory() {
        return PosixFilePermissions.asFileAttribute(DIRECTORY);
    }

    /** What the umask took away is given back. */
    static void restoreFile(Path file) throws IOException {
        Files.setPosixFilePermissions(file, FILE);
    }

    /** What the umask took away is given back. */
    static void restoreDirectory(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, DIRECTORY);
    }
}
