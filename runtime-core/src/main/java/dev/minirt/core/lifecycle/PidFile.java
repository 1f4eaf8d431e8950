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

    static void write(Path file, int pid) {
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
