package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Commands around the specification's operations: spec, and minirt's own validate and explain. */
@Conformance
class CommandLineTest {
    @Test
    @Covers("J1")
    void writesADefaultConfigurationThatWorks(Sandbox box) throws IOException {
        Bundle bundle = box.bundle();
        Path config = bundle.directory().resolve("config.json");
        box.runtime("spec").from(bundle.directory()).execute().succeeded();
        JsonNode written = Json.read(Sandbox.read(config));
        assertThat(written.at("/process/args/0").asString()).isEqualTo("sh");
        assertThat(written.at("/process/terminal").asBoolean()).isTrue();
        assertThat(written.at("/root/readonly").asBoolean()).isTrue();
        assertThat(written.at("/process/capabilities/inheritable").size())
                .as("CVE-2022-29162")
                .isZero();
        String text = Sandbox.read(config)
                .replaceAll("\"terminal\"\\s*:\\s*true", "\"terminal\": false")
                .replaceAll("\"sh\"", "\"hostname\"");
        Outcome run = box.run(bundle.verbatim(text));
        assertThat(run.succeeded().stdout()).isEqualTo(written.path("hostname").asString() + "\n");
    }

    @Test
    @Covers("J1")
    void writesTheDefaultConfigurationIntoABundle(Sandbox box) {
        Path directory = box.directoryWith("keep", "");
        box.runtime("spec", "--bundle", directory.toString()).execute().succeeded();
        assertThat(directory.resolve("config.json")).exists();
    }

    @Test
    @Covers("J1")
    void doesNotOverwriteAConfiguration(Sandbox box) {
        Bundle bundle = box.bundle().write();
        String before = Sandbox.read(bundle.directory().resolve("config.json"));
        box.runtime("spec").from(bundle.directory()).execute().failed("config.json");
        assertThat(Sandbox.read(bundle.directory().resolve("config.json"))).isEqualTo(before);
    }

    @Test
    @Covers("validate")
    void validates(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "minirt");
        Bundle good = box.bundle().write();
        box.runtime("validate", good.directory().toString()).execute().succeeded();
        Bundle bad = box.bundle()
                .set("/process/cwd", "relative")
                .set("/linux/rootfsPropagation", "x")
                .write();
        Outcome outcome = box.runtime("validate", bad.directory().toString()).execute();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.stdout() + outcome.stderr()).contains("process.cwd", "linux.rootfsPropagation");
        box.nothingLeft();
    }

    @Test
    @Covers("explain")
    void explains(Sandbox box) throws IOException {
        box.needs(box.runtime().isMinirt(), "minirt");
        Bundle bundle = box.bundle()
                .hook("createRuntime", "/bin/true", "true")
                .mount("/mnt", "tmpfs", "tmpfs", "nosuid", "size=1k")
                .write();
        String text = box.runtime("explain", bundle.directory().toString())
                .execute()
                .succeeded()
                .stdout();
        assertThat(text).contains("/mounts/7", "/process/args", "/hooks/createRuntime/0", "/linux/namespaces");
        JsonNode json = box.runtime(
                        "explain", "--format", "json", bundle.directory().toString())
                .execute()
                .succeeded()
                .json();
        assertThat(json.toString()).contains("/mounts/7");
        Files.setAttribute(bundle.directory(), "unix:mode", 0755);
        Outcome unprivileged = box.runtime("explain", bundle.directory().toString())
                .within("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--")
                .execute();
        assertThat(unprivileged.code()).as("needs no root: %s", unprivileged).isZero();
        box.nothingLeft();
    }
}
