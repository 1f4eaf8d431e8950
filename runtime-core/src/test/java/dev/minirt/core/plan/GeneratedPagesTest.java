package dev.minirt.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages below docs/ that are made from tables; {@code -Dminirt.golden=write} makes them anew. */
class GeneratedPagesTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Path DOCS = REPOSITORY.resolve("docs");

    @Test
    void operations(@TempDir Path directory) throws IOException, InterruptedException {
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
        compare("operations.md", Files.readString(directory.resolve("operations.md")));
    }

    @Test
    void phases() throws IOException {
        var page = new StringBuilder("""
                # Phases

                Generated from `dev.minirt.core.plan.Phase`; a test fails when this page is stale.

                The sequence of a container's birth: a plan's steps are sorted by these, stably. Each line says what is true when the
                phase begins, and why it stands where it stands.

                | | phase | acts | |
                |---|---|---|---|
                """);
        for (var phase : Phase.values()) {
            page.append("| %d | `%s` | %s | %s |%n"
                    .formatted(
                            phase.ordinal() + 1,
                            phase,
                            phase.actor().name().toLowerCase(Locale.ROOT),
                            phase.explanation()));
        }
        compare("phases.md", page.toString());
    }

    private static void compare(String name, String text) throws IOException {
        var page = DOCS.resolve(name);
        if ("write".equals(System.getProperty("minirt.golden"))) {
            Files.writeString(page, text);
        }
        assertThat(page).hasContent(text);
    }
}
