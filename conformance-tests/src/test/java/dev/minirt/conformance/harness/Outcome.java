package dev.minirt.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** How a command ended and what it had printed by then. */
public record Outcome(List<String> command, int code, String stdout, String stderr) {

    /** On a busy machine runc tells how often it tries, which is not what the tests are about. */
    private static final String RETRY_OF_RUNC = "Failed to remove cgroup (will retry)";

    /** Succeeded, without a word on standard error, which belongs to the container (engine trap 3). */
    public Outcome succeeded() {
        assertThat(code).as("exit code of %s", this).isZero();
        assertThat(stderr.lines().filter(line -> !line.contains(RETRY_OF_RUNC)))
                .as("standard error of %s", this)
                .isEmpty();
        return this;
    }

    /** Succeeded, whatever it may have warned about. */
    public Outcome succeededPerhapsWithWarnings() {
        assertThat(code).as("exit code of %s", this).isZero();
        return this;
    }

    /** Failed with exit code 1 and an explanation that holds all the words. */
    public Outcome failed(String... words) {
        assertThat(code).as("exit code of %s", this).isEqualTo(1);
        assertThat(stderr).as("explanation by %s", this).isNotBlank();
        for (String word : words) {
            assertThat(stderr).as("explanation by %s", this).containsAnyOf(word, field(word));
        }
        return this;
    }

    /** A JSON pointer as people write it, {@code linux.devices[0].path}: what else begins with a slash is a path and stays one. */
    private static String field(String word) {
        if (!word.matches("/(ociVersion|root|mounts|process|hostname|domainname|hooks|annotations|linux)(/.*)?")) {
            return word;
        }
        return word.substring(1).replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.');
    }

    /** What standard output says, read as JSON. */
    public JsonNode json() {
        return Json.read(stdout);
    }

    @Override
    public String toString() {
        return "%s: exit code %d%n  stdout: %s%n  stderr: %s"
                .formatted(String.join(" ", command), code, stdout, stderr);
    }
}
