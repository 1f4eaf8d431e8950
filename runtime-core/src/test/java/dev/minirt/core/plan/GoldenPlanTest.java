package dev.minirt.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.plan.stage.ContainerStages;
import dev.minirt.spec.json.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole plans, compared exactly. {@code -Dminirt.golden=write} writes them anew: read the difference before you commit it.
 */
class GoldenPlanTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static PlanOptions options(String id) {
        return new PlanOptions(
                id,
                "/bundles/" + id,
                "/run/minirt/" + id,
                Optional.of("/run/" + id + ".pid"),
                false,
                false,
                0,
                022,
                Connections.USUAL,
                id.startsWith("scope") ? Optional.of(SystemdInstance.typical()) : Optional.empty());
    }

    static Plan plan(String name) throws IOException {
        var bytes = Files.readAllBytes(GOLDEN.resolve(name + ".json"));
        var spec = SpecReader.read(bytes, name + ".json").document();
        return ContainerStages.planner().plan(spec, options(name), HostFacts.typical());
    }

    @TestFactory
    Stream<DynamicTest> everyPlanIsAsRecorded() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".json"))
                    .sorted()
                    .map(file -> file.substring(0, file.length() - ".json".length()))
                    .toList()
                    .stream()
                    .map(name -> DynamicTest.dynamicTest(name, () -> compare(name)));
        }
    }

    private static void compare(String name) throws IOException {
        var recorded = GOLDEN.resolve(name + ".plan");
        var text = PlanDescription.of(plan(name)).toText();
        if ("write".equals(System.getProperty("minirt.golden"))) {
            Files.writeString(recorded, text);
        }
        assertThat(text).isEqualTo(Files.readString(recorded));
    }

    @Test
    void thereAreGoldenPlans() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            assertThat(files.filter(file -> file.toString().endsWith(".plan")).count())
                    .isGreaterThanOrEqualTo(1);
        }
    }
}
