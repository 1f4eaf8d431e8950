package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is written to the log, and nowhere else. */
@Conformance
class LogTest {
    @Test
    @Covers("trap 3")
    void staysSilentWhenAllIsWell(Sandbox box) {
        Bundle bundle = box.bundle().args("true");
        String id = box.newId();
        for (Invocation invocation : List.of(
                box.creating(bundle, id),
                box.runtime("start", id),
                box.runtime("state", id),
                box.runtime("list"),
                box.bareRuntime("features"),
                box.bareRuntime("--version"),
                box.runtime("delete", "--force", id))) {
            invocation
                    .with("JAVA_TOOL_OPTIONS", "-Dx=y")
                    .with("JDK_JAVA_OPTIONS", "-Dx=y")
                    .with("_JAVA_OPTIONS", "-Dx=y")
                    .execute()
                    .succeeded();
        }
    }

    @Test
    @Covers("trap 11")
    void logsExactlyOneJsonObjectWhenACommandFails(Sandbox box) {
        Path log = box.directory().resolve("log.json");
        Bundle bundle = box.bundle().args("nosuch").write();
        Outcome outcome = box.bareRuntime(
                        "--root",
                        box.stateRoot().toString(),
                        "--log",
                        log.toString(),
                        "--log-format",
                        "json",
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        box.newId())
                .execute()
                .failed("executable file not found in");
        JsonNode record = Json.read(Sandbox.read(log));
        assertThat(record.path("level").asString()).isEqualTo("error");
        assertThat(record.path("msg").asString()).contains("executable file not found in");
        assertThat(OffsetDateTime.parse(record.path("time").asString())).isNotNull();
        assertThat(outcome.stderr().strip())
                .as("the same text on stderr")
                .contains(record.path("msg").asString());
    }

    @Test
    @Covers("trap 11")
    void appendsToTheLog(Sandbox box) {
        Path log = Sandbox.write(box.directory().resolve("log.json"), "{\"level\":\"info\",\"msg\":\"before\"}\n");
        box.bareRuntime(
                        "--log",
                        log.toString(),
                        "--log-format",
                        "json",
                        "--root",
                        box.stateRoot().toString(),
                        "state",
                        "x")
                .execute()
                .failed();
        List<String> lines = Sandbox.read(log).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(Json.read(lines.get(1)).path("msg").asString()).contains("does not exist");
    }

    @Test
    @Covers("trap 11")
    void logsAsText(Sandbox box) {
        Path log = box.directory().resolve("log.text");
        box.bareRuntime("--log", log.toString(), "--root", box.stateRoot().toString(), "state", "x")
                .execute()
                .failed();
        assertThat(Sandbox.read(log)).contains("level=error").contains("msg=\"").contains("does not exist");
    }

    /** What is done is done: a caller that is told of a failure would try again, or forget what is there. */
    @Test
    @Covers("trap 11")
    @Deviates(runtime = Flavour.RUNC, reason = "says nothing")
    @Deviates(runtime = Flavour.CRUN, skip = true, reason = "not tried")
    void aFullLogIsNoFailureOfACommand(Sandbox box) {
        String id = box.newId();
        Bundle bundle = box.bundle().idle().set("/unknown", "warned of").write();
        Outcome created = box.bareRuntime(
                        "--debug",
                        "--log",
                        "/dev/full",
                        "--root",
                        box.stateRoot().toString(),
                        "create",
                        "--bundle",
                        bundle.directory().toString(),
                        id)
                .execute();
        assertThat(created.code()).as("%s", created).isZero();
        assertThat(created.stderr()).contains("log file /dev/full: no space left on device");
        assertThat(box.runtime("state", id)
                        .execute()
                        .succeeded()
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("created");
        box.runtime("delete", "--force", id).execute().succeeded();
        box.nothingLeft();
    }

    /** Attack: nobody reads it, and nothing could end the wait for that in a JVM, nor in a server's thread. */
    @Test
    @Covers("trap 11")
    @Deviates(runtime = Flavour.RUNC, reason = "waits", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "not tried", skip = true)
    void refusesAFifoForALog(Sandbox box) {
        Path fifo = box.directory().resolve("log.fifo");
        box.host("mkfifo", fifo.toString()).execute().succeeded();
        box.bareRuntime("--log", fifo.toString(), "--root", box.stateRoot().toString(), "list")
                .execute()
                .failed("a FIFO would have to be waited for");
    }
}
