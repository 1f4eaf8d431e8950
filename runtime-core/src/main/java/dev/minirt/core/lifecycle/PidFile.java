package dev.minirt.core.lifecycle;

import dev.minirt.core.host.IoReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The file of {@code --pid-file}: digits without a newline, since containerd reads the whole file as a number; whole or not at all. */
final class PidFile {
    private PidFile() {}

    /**
     * Refuses what must not be replaced: the rename would take a device node, such as {@code /dev/null}, from the whole machine. A link to a file, or to nothing, is replaced itself,
     * as by the peers.
     */
    static void check(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new ContainerException("--pid-file " + file
                    + (Files.isDirectory(file)
                            ? ": is a directory"
                            : ": is no regular file, and would be replaced by one"));
        }
    }

    static void write(Path file, int pid) {
        check(file);
        var name = file.getFileName();
        if (name == null) {
            throw new ContainerException("write pid file " + file + ": is a directory");
        }
        var temporary = file.resolveSibling("." + name + "." + pid);
        try {
            Files.deleteIfExists(temporary);
            Files.write(
                    temporary,
                    Integer.toString(pid).getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            remove(temporary);
            throw new ContainerException("write pid file " + file + ": " + IoReason.of(e), e);
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It names a process that is gone; whoever reads it must expect that anyway.
        }
    }
}
