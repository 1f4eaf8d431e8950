package dev.minirt.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.plan.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of docs that are made from code must not be stale. {@code -Dminirt.golden=write} writes them anew. */
class GeneratedDocsTest {
    private static final Path REPOSITORY = Path.of("..");

    private static void compare(Path page, String made) throws IOException {
        if ("write".equals(System.getProperty("minirt.golden"))) {
            Files.writeString(page, made);
        }
        assertThat(Files.readString(page)).as("%s is stale", page.getFileName()).isEqualTo(made);
    }

    @Test
    void phases() throws IOException {
        var page = new StringBuilder("""
                # Phases

                The birth of a container, in order. Made from the enum `Phase`; a test fails when this page is stale.

                | phase | who acts | what is true when it begins, and why it stands here |
                |---|---|---|
                """);
        for (var phase : Phase.values()) {
            page.append("| ")
                    .append(phase)
                    .append(" | ")
                    .append(phase.actor().name().toLowerCase(Locale.ROOT))
                    .append(" | ")
                    .append(phase.explanation())
                    .append(" |\n");
        }
        compare(REPOSITORY.resolve("docs/phases.md"), page.toString());
    }

    @Test
    void operations(@TempDir Path directory) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var generator = new ProcessBuilder(
                        java,
                        REPOSITORY.resolve("native/tools/GenerateOps.java").toString(),
                        REPOSITORY.resolve("native/ops.def").toString(),
                        "docs",
                        directory.toString())
                .inheritIO()
                .start();
        assertThat(generator.waitFor()).isZero();
        compare(REPOSITORY.resolve("docs/operations.md"), Files.readString(directory.resolve("operations.md")));
    }
}
