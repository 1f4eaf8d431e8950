package dev.minirt.core.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.seccomp.SyscallTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies unpacked is read from there, everything else from the class path. */
class UnpackedResourceTest {
    private static final String NAME = "x86_64.table";

    @AfterEach
    void reset() {
        System.clearProperty(UnpackedResource.PROPERTY);
    }

    @Test
    void isReadFromTheClassPathWithoutADirectory() throws IOException {
        assertThat(UnpackedResource.read(SyscallTable.class, NAME)).isNotEmpty();
        assertThat(UnpackedResource.read(SyscallTable.class, "missing")).isNull();
    }

    @Test
    void isReadFromTheDirectoryIfItIsThere(@TempDir Path directory) throws IOException {
        System.setProperty(UnpackedResource.PROPERTY, directory.toString());
        assertThat(UnpackedResource.read(SyscallTable.class, NAME)).isNotEmpty();
        var place = Files.createDirectories(directory.resolve("dev/minirt/core/seccomp"));
        Files.writeString(place.resolve(NAME), "unpacked");
        assertThat(UnpackedResource.read(SyscallTable.class, NAME)).isEqualTo("unpacked".getBytes(UTF_8));
    }
}
