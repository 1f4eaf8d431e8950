package dev.minirt.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an ordinary user's containers have their cgroups. */
class CgroupMountTest {
    @TempDir
    Path mount;

    private void cgroup(String path) throws IOException {
        Files.createDirectories(mount.resolve(path));
        Files.createFile(mount.resolve(path).resolve("cgroup.procs"));
    }

    @Test
    void besideTheCallersCgroup() throws IOException {
        cgroup("user");
        cgroup("user/session");
        var own = CgroupMount.own(mount, Optional.of("/user/session"));
        assertThat(own.base()).contains(mount + "/user/minirt");
        assertThat(own.current()).isEqualTo(mount + "/user/session");
    }

    @Test
    void inTheCallersCgroupIfTheOneAboveIsNotTheUsers() throws IOException {
        cgroup("user/session");
        assertThat(CgroupMount.own(mount, Optional.of("/user/session")).base())
                .contains(mount + "/user/session/minirt");
    }

    @Test
    void nowhere() throws IOException {
        Files.createDirectories(mount.resolve("user/session"));
        assertThat(CgroupMount.own(mount, Optional.of("/user/session")).base()).isEmpty();
        var outside = CgroupMount.own(mount, Optional.of("/../../other"));
        assertThat(outside.base()).isEmpty();
        assertThat(outside.current()).isEqualTo(mount.toString());
    }

    /** The root of a cgroup namespace. */
    @Test
    void atTheMount() throws IOException {
        Files.createFile(mount.resolve("cgroup.procs"));
        assertThat(CgroupMount.own(mount, Optional.of("/")).base()).contains(mount + "/minirt");
    }
}
