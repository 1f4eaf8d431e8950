package dev.minirt.spec.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.Fixture;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Every command of a cold JVM reads a configuration: what that must not load, since it costs tens of milliseconds. */
class ColdPathTest {
    /** Reads one configuration and writes one state, in a JVM of its own. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            var result = SpecReader.read(Fixture.engine("podman43-run-v1.config.json"));
            SpecWriter.spec(result.document(), JsonStyle.COMPACT);
        }
    }

    @Test
    void readingLoadsNeitherBindingNorSchemasNorRegularExpressions() throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName())
                .redirectErrorStream(true)
                .start();
        String log = new String(jvm.getInputStream().readAllBytes(), UTF_8);
        assertThat(jvm.waitFor()).as(log).isZero();
        assertThat(log).contains("dev.minirt.spec.json.SpecReader", "dev.minirt.spec.json.JsonTokens");
        assertThat(log.lines())
                .noneMatch(line -> line.contains("tools.jackson.databind")
                        || line.contains("com.networknt")
                        || line.contains("dev.minirt.spec.schema")
                        || line.contains("java.util.regex")
                        // Its class initialiser computes powers of five for 12 ms (docs/adr/0014-json-tokens.md).
                        || line.contains("java.math.BigDecimal")
                        || line.contains("org.slf4j"));
    }
}
