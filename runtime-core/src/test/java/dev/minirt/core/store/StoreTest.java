package dev.minirt.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** State directories: S15, K11, X1, L2, G10. */
class StoreTest {
    private static final ContainerId ID = new ContainerId("c1");

    @TempDir
    Path temporary;

    private Store store = new Store(Path.of("/"));

    @BeforeEach
    void makeStore() {
        store = new Store(temporary.resolve("run/minirt"));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatIsMadeIsForTheOwnerAlone() throws IOException {
        var directory = store.create(ID);
        directory.write(Records.created("c1"));
        directory.writeConfig("{}".getBytes(StandardCharsets.UTF_8));
        try (var _ = directory.lock(0)) {
            assertThat(mode(store.root())).isEqualTo("rwx------");
            assertThat(mode(directory.path())).isEqualTo("rwx------");
            for (var file : new String[] {"state.json", "config.json", "lock"}) {
                assertThat(mode(directory.path().resolve(file))).as(file).isEqualTo("rw-------");
            }
        }
        assertThat(directory.path().toFile().list())
                .as("no temporary file stays")
                .containsExactlyInAnyOrder("state.json", "config.json", "lock");
    }

    @Test
    void anExistingRootKeepsItsMode() throws IOException {
        Files.createDirectories(store.root());
        Files.setPosixFilePermissions(store.root(), PosixFilePermissions.fromString("rwxr-xr-x"));
        store.create(ID);
        assertThat(mode(store.root())).isEqualTo("rwxr-xr-x");
    }

    @Test
    void recordsComeBackAsTheyWere() {
        var directory = store.create(ID);
        for (var container : new ContainerRecord[] {Records.created("c1"), Records.creating("c1")}) {
            directory.write(container);
            assertThat(directory.read()).isEqualTo(new StoredState.Known(container));
        }
    }

    @Test
    void theConfigurationIsKeptByteByByte() {
        var directory = store.create(ID);
        byte[] config = {'{', ' ', '}', '\n', (byte) 0xff};
        directory.writeConfig(config);
        assertThat(directory.readConfig()).isEqualTo(config);
    }

    /** K11: an exec or any other that takes no lock, beside a delete. */
    @Test
    void aConfigurationThatADeleteHasTakenIsNoMissingFile() throws IOException {
        var directory = store.create(ID);
        directory.write(Records.created("c1"));
        assertThatThrownBy(directory::readConfig)
                .isInstanceOf(StoreException.class)
                .hasMessage("read the kept config.json of container c1: no such file or directory");
        Files.delete(directory.path().resolve("state.json"));
        assertThatThrownBy(directory::readConfig)
                .isInstanceOf(StoreException.class)
                .hasMessage("container does not exist: c1");
    }

    /** So that the above is true at every moment of a removal. */
    @Test
    void theConfigurationIsRemovedBehindTheRecord() throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            var directory = store.create(ID);
            directory.write(Records.created("c1"));
            directory.writeConfig(new byte[] {'{', '}'});
            directory.writeResources(new byte[] {'{', '}'});
            var remover = Thread.startVirtualThread(directory::remove);
            StoreException failure = null;
            while (failure == null) {
                try {
                    directory.readConfig();
                } catch (StoreException e) {
                    failure = e;
                }
            }
            remover.join();
            assertThat(failure).hasMessage("container does not exist: c1");
        }
    }

    @Test
    void anIdIsGivenOnce() {
        store.create(ID);
        assertThatThrownBy(() -> store.create(ID))
                .isInstanceOf(StoreException.class)
                .hasMessage("container with given ID already exists: c1");
    }

    @Test
    void ofManyCreatesOneWins() throws InterruptedException {
        var winners = new AtomicInteger();
        var ready = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 50; i++) {
                threads.execute(() -> {
                    try {
                        ready.await();
                        store.create(ID);
                        winners.incrementAndGet();
                    } catch (StoreException e) {
                        // One of the others was first.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            ready.countDown();
        }
        assertThat(winners).hasValue(1);
    }

    @Test
    void aRootThatIsNoDirectoryIsRefused() throws IOException {
        Files.createDirectories(store.root().getParent());
        Files.writeString(store.root(), "");
        assertThatThrownBy(() -> store.create(ID))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not a directory");
    }

    @Test
    void idsAreSortedAndOtherThingsPassedOver() throws IOException {
        assertThat(store.ids()).isEmpty();
        store.create(new ContainerId("b"));
        store.create(new ContainerId("a"));
        Files.writeString(store.root().resolve("file"), "");
        Files.createDirectory(store.root().resolve("no id"));
        Files.createSymbolicLink(store.root().resolve("link"), temporary);
        assertThat(store.ids()).containsExactly(new ContainerId("a"), new ContainerId("b"));
        assertThatThrownBy(() -> store.find(new ContainerId("link"))).hasMessage("container does not exist: link");
    }

    /** A way to spoil a record, and what is said of it. */
    record Spoiled(String name, String reason, Spoiling spoiling) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Spoiling {
        void spoil(Path state) throws IOException;
    }

    private static Spoiling content(String text) {
        return state -> Files.writeString(state, text);
    }

    static Stream<Spoiled> spoiled() {
        return Stream.of(
                new Spoiled("empty", "state.json is empty", content("")),
                new Spoiled("garbage", "state.json: line 1, column 1: not JSON: ", content("\0\0\0")),
                new Spoiled(
                        "truncated",
                        "state.json: line 1, column 23: not JSON: ",
                        content("{\"version\":1,\"id\":\"c1\"")),
                new Spoiled("array", "state.json is not an object", content("[]")),
                new Spoiled(
                        "more behind it", "state.json: line 1, column 4: more text after the end", content("{} {}")),
                new Spoiled("future", "state.json has version 2, this minirt knows 1", content("{\"version\":2}")),
                new Spoiled("no version", "state.json lacks version", content("{}")),
                new Spoiled(
                        "of another",
                        "state.json is that of another container",
                        content("{\"version\":1,\"id\":\"c2\"}")),
                new Spoiled(
                        "unknown status",
                        "state.json has an unknown status",
                        content("{\"version\":1,\"id\":\"c1\",\"status\":\"gone\"}")),
                new Spoiled(
                        "pid that means a group",
                        "state.json has an impossible pid",
                        state -> Files.writeString(
                                state, Files.readString(state).replace("\"pid\":4711", "\"pid\":-1"))),
                new Spoiled(
                        "pid that means ourselves",
                        "state.json has an impossible pid",
                        state ->
                                Files.writeString(state, Files.readString(state).replace("\"pid\":4711", "\"pid\":0"))),
                new Spoiled(
                        "too deep",
                        "state.json: line 1, column 21: nested deeper than 16 levels",
                        content("{\"x\":" + "[".repeat(5000))),
                new Spoiled("huge", "state.json is larger than 32 MiB", state -> {
                    try (var file = FileChannel.open(state, StandardOpenOption.WRITE)) {
                        file.position(40L << 20).write(ByteBuffer.wrap(new byte[1]));
                    }
                }),
                new Spoiled("symbolic link", "state.json is not a regular file", state -> {
                    Files.delete(state);
                    Files.createSymbolicLink(state, Path.of("/proc/self/status"));
                }),
                new Spoiled("directory", "state.json is not a regular file", state -> {
                    Files.delete(state);
                    Files.createDirectory(state);
                }),
                new Spoiled("FIFO", "state.json is not a regular file", state -> {
                    Files.delete(state);
                    makeFifo(state);
                }));
    }

    private static void makeFifo(Path path) throws IOException {
        try {
            var mkfifo =
                    new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
            assumeTrue(mkfifo.waitFor() == 0, "there is a mkfifo command");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource
    void spoiled(Spoiled spoiled) throws IOException {
        var directory = store.create(ID);
        directory.write(Records.created("c1"));
        spoiled.spoiling.spoil(directory.path().resolve("state.json"));
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertThat(directory.read())
                    .isInstanceOfSatisfying(
                            StoredState.Broken.class,
                            broken -> assertThat(broken.reason())
                                    .startsWith(spoiled.reason)
                                    .doesNotContain("\n"));
            assertThat(store.ids()).containsExactly(ID);
            directory.remove();
        });
        assertThat(directory.path()).doesNotExist();
        assertThat(Path.of("/proc/self/status")).exists();
    }

    @Test
    void unknownMembersAreSkipped() throws IOException {
        var directory = store.create(ID);
        directory.write(Records.created("c1"));
        var state = directory.path().resolve("state.json");
        Files.writeString(
                state,
                Files.readString(state)
                        .replace(
                                "{\"version\":1", "{\"more\":{\"a\":[{}]},\"list\":[[1],{}],\"n\":null,\"version\":1"));
        assertThat(directory.read()).isEqualTo(new StoredState.Known(Records.created("c1")));
    }

    @Test
    void aDirectoryWithoutARecordIsARemnant() {
        var directory = store.create(ID);
        assertThat(directory.read()).isEqualTo(new StoredState.Remnant());
        assertThat(directory.isBeingChanged()).isFalse();
        try (var _ = directory.lock(0)) {
            assertThat(directory.isBeingChanged()).isTrue();
        }
        directory.remove();
        assertThat(directory.exists()).isFalse();
    }

    @Test
    void removalNeverGoesIntoDirectories() throws IOException {
        var directory = store.create(ID);
        var precious = Files.createDirectories(directory.path().resolve("root/etc"));
        assertThatThrownBy(directory::remove)
                .as("the container's root could be mounted there")
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("directory not empty");
        assertThat(precious).exists();
    }

    @Test
    void theLockIsForOneAndTimesOut() {
        var directory = store.create(ID);
        try (var _ = directory.lock(0)) {
            assertThatThrownBy(() -> directory.lock(20))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("container c1 is being changed by another command");
        }
        directory.lock(0).close();
    }

    @Test
    void aLockOnWhatWasRemovedIsWorthNothing() {
        var directory = store.create(ID);
        var first = directory.lock(0);
        directory.remove();
        first.close();
        assertThatThrownBy(() -> directory.lock(0)).hasMessage("container does not exist: c1");
        var again = store.create(ID);
        again.lock(0).close();
    }

    @Test
    void anotherProcessIsKeptOut() throws Exception {
        var directory = store.create(ID);
        directory.lock(0).close();
        var lock = directory.path().resolve("lock");
        var holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        lock.toString())
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("locked");
            assertThat(directory.isBeingChanged()).isTrue();
            assertThatThrownBy(() -> directory.lock(10)).hasMessageContaining("is being changed by another command");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(directory.isBeingChanged())
                .as("the kernel drops the lock of the killed")
                .isFalse();
        directory.lock(1000).close();
    }

    /** Another process. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] args) throws Exception {
            try (var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                System.out.println("locked");
                Thread.sleep(60_000);
            }
        }
    }

    /** A state root that is none: what lies there is not ours to list or remove. */
    @Test
    void takesNoOtherDirectoryForAContainer() throws IOException {
        Files.createDirectories(store.root().resolve("foreign/below"));
        Files.createDirectories(store.root().resolve("killed"));
        assertThat(store.ids()).containsExactly(new ContainerId("killed"));
        assertThatThrownBy(() -> store.find(new ContainerId("foreign"))).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> store.create(new ContainerId("foreign"))).hasMessageContaining("already exists");
    }
}
