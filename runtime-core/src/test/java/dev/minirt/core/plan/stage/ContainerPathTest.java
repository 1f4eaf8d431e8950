package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerPathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "'', /",
        "/a, /a",
        "a/b, /a/b",
        "/a//b/, /a/b",
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/../../b, /b",
        "/a/.., /",
        "/..a, /..a",
        "/a/..., /a/..."
    })
    void cleans(String path, String clean) {
        assertThat(ContainerPath.clean(path)).isEqualTo(clean);
    }

    @ParameterizedTest
    @CsvSource({"/proc, true", "/proc/1, true", "/processes, false", "/, false", "/a/proc, false"})
    void comparesComponents(String path, boolean within) {
        assertThat(ContainerPath.within(path, "/proc")).isEqualTo(within);
    }

    /** M3, G7: relative paths are the bundle's; absolute ones are left as they are. */
    @Test
    void hostPathsAreNotCleaned() {
        assertThat(ContainerPath.onHost("rootfs", "/b")).isEqualTo("/b/rootfs");
        assertThat(ContainerPath.onHost("../x", "/")).isEqualTo("/../x");
        assertThat(ContainerPath.onHost("/a/../b", "/b")).isEqualTo("/a/../b");
    }

    /** P5, P6: as execvp(3) reads PATH. */
    @Test
    void readsPath() {
        assertThat(ExecuteStage.directories(List.of("A=b", "PATH=/bin::x:", "PATH=/late")))
                .containsExactly("/bin", ".", "x", ".");
        assertThat(ExecuteStage.directories(List.of("XPATH=/x", "PAT=/y"))).containsExactly("/bin", "/usr/bin");
    }
}
