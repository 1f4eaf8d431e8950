package dev.minirt.core.lifecycle;

import static dev.minirt.core.lifecycle.RehearsalHost.INIT;
import static dev.minirt.core.lifecycle.RehearsalHost.PROCESS;
import static dev.minirt.core.lifecycle.RehearsalHost.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.driver.Frame;
import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.driver.ScriptedPeer;
import dev.minirt.core.driver.SignalledException;
import dev.minirt.core.error.Errno;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.ContainerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pause and resume with a cgroup that is a plain directory: what the kernel would write is written while the driver waits. */
class PausingTest {
    private static final ContainerId ID = new ContainerId("c1");

    @TempDir
    Path directory;

    private @Nullable RehearsalHost made;

    @BeforeEach
    void makeContainer() throws IOException {
        var host = new RehearsalHost(directory);
        made = host;
        new Creation(host.surroundings()).create(host.request(host.bundle(PROCESS, "")));
        tell("cgroup.freeze", "0\n");
        tell("cgroup.events", "populated 1\nfrozen 0\n");
        host.instead.put(FrameKind.AWAIT_EXIT, this::obeyTheFreezer);
    }

    @AfterEach
    void closeHost() throws IOException {
        host().close();
    }

    private RehearsalHost host() {
        if (made == null) {
            throw new IllegalStateException();
        }
        return made;
    }

    private Path cgroup() {
        return host().cgroup().resolve("pod/c1");
    }

    private void tell(String file, String content) throws IOException {
        Files.writeString(cgroup().resolve(file), content);
    }

    /** What the kernel does meanwhile. */
    private void obeyTheFreezer(int kind, Frame request, ScriptedPeer peer) {
        try {
            tell(
                    "cgroup.events",
                    "populated 1\nfrozen "
                            + Files.readString(cgroup().resolve("cgroup.freeze"))
                                    .strip() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        peer.say(frame(FrameKind.DONE).u32(Errno.ETIMEDOUT.number()).text(""));
    }

    private Pausing pausing() {
        return new Pausing(host().surroundings());
    }

    private ContainerStatus status() {
        var observed = new Observer(host().surroundings().processes()).observe(host().container());
        return ((Observation.Recorded) observed).status();
    }

    private void assertThawed() {
        assertThat(cgroup().resolve("cgroup.freeze")).hasContent("0");
        assertThat(status()).isNotEqualTo(ContainerStatus.PAUSED);
    }

    @Test
    void aCreatedContainerIsPausedAndResumedAndStillCreated() {
        pausing().pause(ID);
        assertThat(cgroup().resolve("cgroup.freeze")).hasContent("1");
        assertThat(status()).isEqualTo(ContainerStatus.PAUSED);
        assertThatThrownBy(() -> new Starting(host().surroundings()).start(ID))
                .hasMessage("cannot start a paused container: resume it first");
        pausing().resume(ID);
        assertThat(cgroup().resolve("cgroup.freeze")).hasContent("0");
        assertThat(status()).isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    void aRunningContainerIsPausedAndResumed() {
        new Starting(host().surroundings()).start(ID);
        pausing().pause(ID);
        assertThat(status()).isEqualTo(ContainerStatus.PAUSED);
        assertThatThrownBy(() -> pausing().pause(ID)).hasMessage("container is already paused");
        assertThatThrownBy(() -> new Deletion(host().surroundings()).delete(ID))
                .hasMessage("cannot delete container c1 that is not stopped: paused");
        pausing().resume(ID);
        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);
        assertThatThrownBy(() -> pausing().resume(ID)).hasMessage("container not paused");
    }

    @Test
    void whoeverFrozeItItIsPaused() throws IOException {
        tell("cgroup.freeze", "1\n");
        assertThat(status()).isEqualTo(ContainerStatus.PAUSED);
        pausing().resume(ID);
        assertThawed();
    }

    @Test
    void aContainerThatEndsMeanwhileIsThawed() {
        host().instead
                .put(
                        FrameKind.AWAIT_EXIT,
                        (kind, request, peer) ->
                                peer.say(frame(FrameKind.DONE).u32(0).text("")));
        assertThatThrownBy(() -> pausing().pause(ID)).hasMessage("container not running");
        assertThawed();
    }

    @Test
    void aSignalEndsTheWaitingAndThaws() {
        host().instead.put(FrameKind.AWAIT_EXIT, (kind, request, peer) -> {
            peer.say(frame(FrameKind.SIGNALLED).u32(15));
            peer.say(frame(FrameKind.DONE).u32(Errno.EINTR.number()).text(""));
        });
        assertThatThrownBy(() -> pausing().pause(ID)).isInstanceOf(SignalledException.class);
        assertThawed();
    }

    @Test
    void theEndOfTheDriverThaws() {
        host().instead.put(FrameKind.AWAIT_EXIT, (kind, request, peer) -> {});
        assertThatThrownBy(() -> pausing().pause(ID)).isInstanceOf(DriverGoneException.class);
        assertThawed();
    }

    @Test
    void aStoppedContainerIsNeitherPausedNorResumed() throws IOException {
        host().end(INIT);
        assertThatThrownBy(() -> pausing().pause(ID)).hasMessage("container not running");
        assertThatThrownBy(() -> pausing().resume(ID)).hasMessage("container not paused");
        assertThat(cgroup().resolve("cgroup.freeze")).hasContent("0");
    }

    @Test
    void aFrozenCgroupAboveIsTold() throws IOException {
        pausing().pause(ID);
        Files.writeString(host().cgroup().resolve("pod/cgroup.freeze"), "1\n");
        pausing().resume(ID);
        assertThat(host().events)
                .contains("warning the container goes on when cgroup "
                        + host().cgroup().resolve("pod") + " above it does, which is frozen");
    }

    @Test
    void everyProcessIsSignalledOnceWithThoseThatAreForkedMeanwhile() throws IOException {
        host().process(21, 1);
        host().process(22, 2);
        tell("cgroup.procs", "21\n");
        host().instead.put(FrameKind.SIGNAL, (kind, request, peer) -> {
            host().events.add("signal to " + request.u32());
            try {
                tell("cgroup.procs", "21\n22\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            peer.say(frame(FrameKind.DONE).u32(0).text(""));
        });
        new Killing(host().surroundings()).killAll(ID, 15);
        assertThat(host().events).endsWith("signal to 21", "signal to 22");
    }
}
