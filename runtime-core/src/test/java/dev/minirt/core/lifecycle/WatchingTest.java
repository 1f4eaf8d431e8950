package dev.minirt.core.lifecycle;

import static dev.minirt.core.lifecycle.RehearsalHost.INIT;
import static dev.minirt.core.lifecycle.RehearsalHost.PROCESS;
import static dev.minirt.core.lifecycle.RehearsalHost.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.cgroup.stat.Statistics;
import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.driver.SignalledException;
import dev.minirt.core.error.Errno;
import dev.minirt.core.store.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events and the list of processes, with a cgroup that is a plain directory. */
class WatchingTest {
    private static final ContainerId ID = new ContainerId("c1");

    @TempDir
    Path directory;

    private @Nullable RehearsalHost made;
    private final Queue<Runnable> script = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();

    private final Watching.Listener listener = new Watching.Listener() {
        @Override
        public void used(Statistics statistics) {
            heard.add("used " + statistics.cpu().total());
        }

        @Override
        public void outOfMemory() {
            heard.add("out of memory");
        }
    };

    @BeforeEach
    void makeContainer() throws IOException {
        var host = new RehearsalHost(directory);
        made = host;
        new Creation(host.surroundings()).create(host.request(host.bundle(PROCESS, "")));
        tell("cpu.stat", "usage_usec 5\n");
        host.instead.put(FrameKind.AWAIT_EXIT, (kind, request, peer) -> {
            var next = script.poll();
            if (next != null) {
                next.run();
            }
            peer.say(frame(FrameKind.DONE)
                    .u32(next == null ? 0 : Errno.ETIMEDOUT.number())
                    .text(""));
        });
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

    private void tell(String file, String content) {
        try {
            Files.writeString(host().cgroup().resolve("pod/c1").resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Watching watching() {
        return new Watching(host().surroundings());
    }

    @Test
    void everyIncreaseOfKillsIsToldOnceAndTheLastOneToo() {
        tell("memory.events", "oom_kill 4\n");
        script.add(() -> {});
        script.add(() -> tell("memory.events", "oom_kill 5\n"));
        script.add(() -> {});
        script.add(() -> tell("memory.events", "oom_kill 7\n"));
        watching().watch(ID, 60_000, listener);
        assertThat(heard).containsExactly("out of memory", "out of memory");
    }

    @Test
    void statisticsComeAtEveryInterval() {
        for (int i = 0; i < 3; i++) {
            script.add(() -> {
                try {
                    Thread.sleep(2);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        watching().watch(ID, 1, listener);
        assertThat(heard).hasSizeBetween(2, 3).containsOnly("used 5000");
    }

    @Test
    void aSignalEndsIt() {
        host().instead.put(FrameKind.AWAIT_EXIT, (kind, request, peer) -> {
            peer.say(frame(FrameKind.SIGNALLED).u32(2));
            peer.say(frame(FrameKind.DONE).u32(Errno.EINTR.number()).text(""));
        });
        assertThatThrownBy(() -> watching().watch(ID, 1000, listener)).isInstanceOf(SignalledException.class);
    }

    @Test
    void aStoppedContainerHasNoStatistics() throws IOException {
        assertThat(watching().statistics(ID).cpu().total()).isEqualTo(5000);
        host().end(INIT);
        assertThatThrownBy(() -> watching().statistics(ID)).hasMessage("container with id c1 is not running");
        assertThatThrownBy(() -> watching().watch(ID, 1, listener)).hasMessage("container with id c1 is not running");
    }

    @Test
    void theProcessesOfAllCgroupsBelowAreListedInOrder() throws IOException {
        tell("cgroup.procs", "30\n4\n");
        Files.createDirectories(host().cgroup().resolve("pod/c1/a/b"));
        tell("a/b/cgroup.procs", "12\n0\n");
        assertThat(new Population(host().surroundings()).pids(ID)).containsExactly(4, 12, 30);
    }

    /** An empty list would say that nothing of it lives. */
    @Test
    void aContainerThatHasLeftItsCgroupIsNotCalledEmpty() throws IOException {
        var cgroup = host().cgroup().resolve("pod/c1");
        try (var files = Files.list(cgroup)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(cgroup);
        assertThatThrownBy(() -> new Population(host().surroundings()).pids(ID))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("pod/c1 of the container is gone, though its process ");
        host().end(INIT);
        assertThat(new Population(host().surroundings()).pids(ID)).isEmpty();
    }
}
