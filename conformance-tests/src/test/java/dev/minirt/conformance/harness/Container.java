package dev.minirt.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** A container that was created; commands about it by the names of the specification's operations. */
public final class Container {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Sandbox sandbox;
    private final String id;
    private final Invocation create;
    private final long pid;

    Container(Sandbox sandbox, String id, Invocation create, long pid) {
        this.sandbox = sandbox;
        this.id = id;
        this.create = create;
        this.pid = pid;
    }

    /** The container's id. */
    public String id() {
        return id;
    }

    /** The container process, as the host sees it. */
    public long pid() {
        return pid;
    }

    /** What the container has printed so far. */
    public String stdout() {
        return create.stdout();
    }

    /** What the container has printed on standard error so far. */
    public String stderr() {
        return create.stderr();
    }

    /** {@code start}, which may fail. */
    public Outcome tryStart() {
        return sandbox.runtime("start", id).execute();
    }

    /** {@code start}, which must succeed. */
    public Container start() {
        tryStart().succeeded();
        return this;
    }

    /** {@code kill} with a signal, which may fail. */
    public Outcome kill(String signal) {
        return sandbox.runtime("kill", id, signal).execute();
    }

    /** {@code delete}, which may fail. */
    public Outcome delete() {
        return sandbox.runtime("delete", id).execute();
    }

    /** {@code delete --force}. */
    public Outcome deleteForcibly() {
        return sandbox.runtime("delete", "--force", id).execute();
    }

    /** {@code state}, which must succeed. */
    public JsonNode state() {
        return sandbox.state(id);
    }

    /** The status that {@code state} tells. */
    public String status() {
        return state().path("status").asString("");
    }

    /** Waits until the container process is dead, and reaps it, as an engine does. */
    public Container awaitExit() {
        awaitDeath();
        Processes.reapOrphans();
        return this;
    }

    /** Waits until the container process is dead; it stays a zombie. */
    public Container awaitDeath() {
        assertThat(Processes.await(PATIENCE, () -> !Processes.isAlive(pid)))
                .as("container process ends; it has printed: %s", stdout() + stderr())
                .isTrue();
        return this;
    }

    /** Waits until the container has printed a text. */
    public Container awaitOutput(String text) {
        boolean printed = Processes.await(PATIENCE, () -> stdout().contains(text));
        assertThat(printed)
                .as("prints %s; so far: %s", text, stdout() + stderr())
                .isTrue();
        return this;
    }

    /** Kills it with SIGKILL and deletes it, each of which must succeed. */
    public void destroy() {
        kill("KILL").succeeded();
        awaitExit();
        delete().succeeded();
    }
}
