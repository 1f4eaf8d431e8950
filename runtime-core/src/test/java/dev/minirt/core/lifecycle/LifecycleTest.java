package dev.minirt.core.lifecycle;

import static dev.minirt.core.lifecycle.RehearsalHost.INIT;
import static dev.minirt.core.lifecycle.RehearsalHost.INIT_START;
import static dev.minirt.core.lifecycle.RehearsalHost.PROCESS;
import static dev.minirt.core.lifecycle.RehearsalHost.frame;
import static dev.minirt.core.lifecycle.RehearsalHost.hook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.driver.SignalledException;
import dev.minirt.core.error.Errno;
import dev.minirt.core.error.RuntimeFailure;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.host.Processes;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.core.store.StoreException;
import dev.minirt.core.store.StoredState;
import dev.minirt.spec.ContainerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations of runtime.md in their order, and what is left when they fail: L1 to L12, H13 to H16, K1, K10, K12. */
class LifecycleTest {
    private static final ContainerId ID = new ContainerId("c1");
    private static final String ALL_HOOKS = hook("prestart", "/pre")
            + ","
            + hook("createRuntime", "/cr0", "/cr1")
            + ","
            + hook("poststart", "/started")
            + ","
            + hook("poststop", "/stop0", "/stop1");

    @TempDir
    Path directory;

    private @Nullable RehearsalHost made;

    @BeforeEach
    void makeHost() throws IOException {
        made = new RehearsalHost(directory);
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

    private ContainerRecord create(String hooks) throws IOException {
        return new Creation(host().surroundings()).create(host().request(host().bundle(PROCESS, hooks)));
    }

    private void start() {
        new Starting(host().surroundings()).start(ID);
    }

    private ContainerStatus status() {
        var observer = new Observer(new Processes(directory.resolve("proc")));
        return switch (observer.observe(host().container())) {
            case Observation.Recorded recorded -> recorded.status();
            case Observation.Remnant remnant -> remnant.status();
            case Observation.Broken broken -> throw new AssertionError(broken.reason());
        };
    }

    private ContainerRecord recorded() {
        if (host().container().read() instanceof StoredState.Known(var container)) {
            return container;
        }
        throw new AssertionError("no record");
    }

    private void assertNothingIsLeft() {
        assertThat(host().container().exists()).as("state directory").isFalse();
        assertThat(host().cgroup()).as("cgroups").isEmptyDirectory();
        assertThat(host().pidFile()).as("pid file").doesNotExist();
    }

    // --- create ---

    @Test
    void createLeavesAParkedContainer() throws IOException {
        var container = create(ALL_HOOKS);
        assertThat(host().events).containsExactly("run", "hook /pre", "hook /cr0", "hook /cr1", "continue");
        assertThat(container.init()).contains(new ProcessIdentity(INIT, INIT_START));
        assertThat(recorded()).isEqualTo(container);
        assertThat(status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(host().pidFile())
                .as("trap 2: digits without a newline")
                .hasBinaryContent(new byte[] {'4', '7', '1', '1'});
        assertThat(host().container().readConfig())
                .isEqualTo(Files.readAllBytes(directory.resolve("bundle/config.json")));
        assertThat(host().cgroup().resolve("pod/c1")).isDirectory();
    }

    @Test
    void theRecordAndTheJournalComeBeforeTheProgram() throws IOException {
        host().atRun = () -> {
            var container = recorded();
            assertThat(container.status()).isEqualTo(ContainerStatus.CREATING);
            assertThat(container.cgroup().orElseThrow().made())
                    .containsExactly(
                            host().cgroup().resolve("pod").toString(),
                            host().cgroup().resolve("pod/c1").toString());
            assertThat(status()).isEqualTo(ContainerStatus.CREATING);
            assertThatThrownBy(() -> new Killing(host().surroundings()).kill(ID, 15))
                    .hasMessage("container not running");
            host().events.add("looked");
        };
        create("");
        assertThat(host().events).containsExactly("run", "looked", "continue");
    }

    @Test
    void hooksGetTheStateOfTheirMoment() throws IOException {
        create(ALL_HOOKS);
        start();
        new Killing(host().surroundings()).kill(ID, SignalNumber.KILL);
        new Deletion(host().surroundings()).delete(ID);
        var common = "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"%s\"%s,\"bundle\":\"" + directory
                + "/bundle\",\"annotations\":{\"k\":\"v\"}}";
        assertThat(host().hookInput)
                .containsEntry("/pre", common.formatted("creating", ",\"pid\":4711"))
                .containsEntry("/cr1", common.formatted("creating", ",\"pid\":4711"))
                .containsEntry("/started", common.formatted("running", ",\"pid\":4711"))
                .containsEntry("/stop0", common.formatted("stopped", ""));
    }

    @Test
    void aFailedOperationIsExplainedAndUndone() throws IOException {
        host().instead
                .put(
                        FrameKind.RUN,
                        (kind, request, peer) -> peer.say(
                                frame(FrameKind.FAILED).u32(0).u32(0).u32(24).text("")));
        assertThatThrownBy(() -> create(ALL_HOOKS))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("close inherited descriptors")
                .hasMessageContaining("EMFILE");
        assertThat(host().events).as("init is dead already").containsExactly("hook /stop0", "hook /stop1");
        assertThat(host().hookInput.get("/stop0"))
                .contains("\"status\":\"stopped\"")
                .doesNotContain("pid");
        assertNothingIsLeft();
    }

    @Test
    void aSilentDeathIsExplainedAndUndone() throws IOException {
        host().instead
                .put(
                        FrameKind.RUN,
                        (kind, request, peer) ->
                                peer.say(frame(FrameKind.DIED).u32(1).u32(9)));
        assertThatThrownBy(() -> create(""))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("the container's init was killed by SIGKILL");
        assertNothingIsLeft();
    }

    @Test
    void aFailedCreateRuntimeHookEndsTheArrayAndUndoesAll() throws IOException {
        host().hookOutcomes.put("/cr0", List.of(0, 3, "no\nway\n"));
        assertThatThrownBy(() -> create(ALL_HOOKS)).hasMessage("hooks.createRuntime[0] /cr0: exit status 3: no way");
        assertThat(host().events)
                .as("H13: abort, then poststop, and no later hook of the array")
                .containsExactly("run", "hook /pre", "hook /cr0", "abort", "hook /stop0", "hook /stop1");
        assertNothingIsLeft();
    }

    @Test
    void aPidFileThatCannotBeWrittenUndoesAll() throws IOException {
        host().instead.put(FrameKind.CONTINUE, (kind, request, peer) -> {
            try {
                Files.createDirectories(host().pidFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            peer.say(frame(FrameKind.READY));
        });
        assertThatThrownBy(() -> create(""))
                .isInstanceOf(ContainerException.class)
                .hasMessage("--pid-file " + host().pidFile() + ": is a directory");
        assertThat(host().events).containsExactly("run", "kill and reap");
        assertThat(host().pidFile()).as("what is no pid file is left alone").isEmptyDirectory();
        assertThat(host().container().exists()).isFalse();
        assertThat(host().cgroup()).isEmptyDirectory();
    }

    @Test
    void aPidfdThatCannotBeSentUndoesAll() throws IOException {
        host().pidfdSocket = Optional.of("/run/pidfd.sock");
        host().instead.put(FrameKind.SEND_PIDFD, (kind, request, peer) -> {
            host().events.add("send pidfd of " + request.u32());
            request.u64();
            host().events.add(request.text() + " " + request.text());
            peer.say(frame(FrameKind.DONE).u32(2).text(""));
        });
        assertThatThrownBy(() -> create(""))
                .isInstanceOf(ContainerException.class)
                .hasMessage("--pidfd-socket /run/pidfd.sock: no such file or directory");
        assertThat(host().events)
                .containsExactly(
                        "run",
                        "continue",
                        "send pidfd of " + RehearsalHost.INIT,
                        "/run/pidfd.sock standard",
                        "kill and reap");
        assertNothingIsLeft();
    }

    /** The rename would destroy it: /dev/null, for one. */
    @Test
    void aPidFileInThePlaceOfSomethingElseIsRefusedBeforeAnythingIsMade() throws IOException {
        Files.createDirectories(host().pidFile());
        assertThatThrownBy(() -> create("")).isInstanceOf(ContainerException.class);
        assertThat(host().events).isEmpty();
        assertThat(host().container().exists()).isFalse();
        Files.delete(host().pidFile());
        Files.createSymbolicLink(host().pidFile(), Path.of("/dev/null"));
        assertThatThrownBy(() -> create(""))
                .hasMessage("--pid-file " + host().pidFile() + ": is no regular file, and would be replaced by one");
        assertThat(host().events).isEmpty();
        assertThat(host().pidFile()).isSymbolicLink();
    }

    @Test
    void aForeignCgroupIsRefusedAndNotTouched() throws IOException {
        var foreign = Files.createDirectories(host().cgroup().resolve("pod/c1"));
        Files.writeString(foreign.resolve("cgroup.events"), "populated 1\n");
        Files.writeString(foreign.resolve("cgroup.procs"), "77\n");
        assertThatThrownBy(() -> create(""))
                .isInstanceOf(ContainerException.class)
                .hasMessageStartingWith("linux.cgroupsPath: container's cgroup is not empty: 1 process(es) found in ");
        assertThat(host().events).isEmpty();
        assertThat(host().container().exists()).isFalse();
        assertThat(foreign.resolve("cgroup.kill")).doesNotExist();
        assertThat(foreign).exists();
    }

    /** C2: between a create's look at a cgroup and the birth of its init the cgroup is empty, and not free. */
    @ParameterizedTest
    @CsvSource({"other, true", "c1, false", "stopped, false"})
    void aCgroupThatAnotherCreateHasMadeIsRefusedAndNotTouched(String id, boolean isTaken) throws IOException {
        var taken = Files.createDirectories(host().cgroup().resolve("pod/c1"));
        Files.writeString(taken.resolve("cgroup.events"), "populated 0\nfrozen 0\n");
        create("");
        var record = recorded();
        host().end(INIT);
        new Deletion(host().surroundings()).delete(ID);
        assertThat(taken).as("it was there before").exists();
        host().process(RehearsalHost.RUNTIME, 1);
        var runtime = new ProcessIdentity(RehearsalHost.RUNTIME, id.equals("stopped") ? 2 : 1);
        var other = new ContainerRecord(
                new ContainerId(id),
                ContainerStatus.CREATING,
                Optional.empty(),
                runtime,
                record.bootId(),
                record.created(),
                record.owner(),
                record.launch(),
                record.cgroup());
        if (!id.equals("c1")) {
            host().surroundings().store().create(other.id()).write(other);
        }
        host().events.clear();
        if (isTaken) {
            assertThatThrownBy(() -> create(""))
                    .isInstanceOf(ContainerException.class)
                    .hasMessage("linux.cgroupsPath: container's cgroup is not empty: it is that of container other: "
                            + taken);
            assertThat(host().events).isEmpty();
            assertThat(host().container().exists()).isFalse();
            assertThat(taken).exists();
            assertThat(taken.resolve("cgroup.kill")).doesNotExist();
        } else {
            create("");
            assertThat(status()).isEqualTo(ContainerStatus.CREATED);
        }
    }

    @Test
    void aSignalDuringTheProgramUndoesAll() throws IOException {
        host().instead.put(FrameKind.RUN, (kind, request, peer) -> {
            try {
                host().spawn();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            peer.say(frame(FrameKind.SIGNALLED).u32(15));
        });
        assertThatThrownBy(() -> create(ALL_HOOKS))
                .isInstanceOfSatisfying(
                        SignalledException.class, e -> assertThat(e.signal()).isEqualTo(15));
        assertThat(host().events).containsExactly("abort", "hook /stop0", "hook /stop1");
        assertNothingIsLeft();
    }

    @Test
    void aSignalThatEndsAHookCountsAsTheSignal() throws IOException {
        host().instead.put(FrameKind.HOOK, (kind, request, peer) -> {
            peer.say(frame(FrameKind.SIGNALLED).u32(2));
            peer.say(frame(FrameKind.HOOK_DONE).u32(1).u32(9).text(""));
        });
        assertThatThrownBy(() -> create(hook("createRuntime", "/cr0"))).isInstanceOf(SignalledException.class);
        assertNothingIsLeft();
    }

    @Test
    void withoutADriverNothingIsUndoneButDeleteFindsIt() throws IOException {
        host().instead.put(FrameKind.RUN, (kind, request, peer) -> {});
        assertThatThrownBy(() -> create("")).isInstanceOf(DriverGoneException.class);
        assertThat(status()).as("the driver still is a process").isEqualTo(ContainerStatus.CREATING);
        host().end(RehearsalHost.RUNTIME);
        assertThat(status()).isEqualTo(ContainerStatus.STOPPED);
        new Deletion(host().surroundings()).deleteByForce(ID);
        assertNothingIsLeft();
    }

    @Test
    void anIdInUseIsRefusedAndItsContainerUntouched() throws IOException {
        create("");
        host().events.clear();
        assertThatThrownBy(() -> create(ALL_HOOKS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("container with given ID already exists");
        assertThat(host().events).isEmpty();
        assertThat(status()).isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    void aFailedPoststopHookOnlyWarns() throws IOException {
        create(ALL_HOOKS);
        host().hookOutcomes.put("/stop0", List.of(1, 9, ""));
        host().events.clear();
        new Deletion(host().surroundings()).deleteByForce(ID);
        assertThat(host().events)
                .as("H16")
                .containsExactly(
                        "signal 9 to 4711:815",
                        "hook /stop0",
                        "trouble hooks.poststop[0] /stop0: killed by SIGKILL",
                        "hook /stop1");
        assertThat(host().container().exists()).isFalse();
    }

    // --- start ---

    @Test
    void startExecutesTheProgramThenThePoststartHooks() throws IOException {
        create(ALL_HOOKS);
        host().events.clear();
        start();
        assertThat(host().events).containsExactly("start", "hook /started");
        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(recorded().status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void aStartThatWasKilledBehindExecveLeavesARunningContainer() throws IOException {
        create("");
        host().unpark();
        assertThat(status()).as("K5").isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void aFailedStartIsExplainedAndDestroys() throws IOException {
        create(ALL_HOOKS);
        host().events.clear();
        host().instead.put(FrameKind.START, (kind, request, peer) -> {
            try {
                host().end(INIT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            peer.say(frame(FrameKind.STARTED).u32(1).u32(0).u32(0).u32(1).text(""));
        });
        assertThatThrownBy(this::start)
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("close inherited descriptors");
        assertThat(host().events).as("H14").containsExactly("hook /stop0", "hook /stop1");
        assertThat(host().container().exists()).isFalse();
        assertThat(host().cgroup()).isEmptyDirectory();
    }

    @Test
    void aFailedPoststartHookDestroys() throws IOException {
        create(ALL_HOOKS);
        host().hookOutcomes.put("/started", List.of(3, 2, ""));
        host().events.clear();
        assertThatThrownBy(this::start).hasMessageStartingWith("hooks.poststart[0] /started: ");
        assertThat(host().events)
                .as("H15")
                .containsExactly(
                        "start", "hook /started", "signal 9 to 4711:815", "await 4711", "hook /stop0", "hook /stop1");
        assertThat(host().container().exists()).isFalse();
    }

    @Test
    void aContainerStartsOnce() throws IOException {
        create("");
        start();
        host().events.clear();
        assertThatThrownBy(this::start).hasMessage("cannot start an already running container");
        host().end(INIT);
        assertThatThrownBy(this::start).hasMessage("cannot start a container that has stopped");
        assertThat(host().events).as("L8: without effect").isEmpty();
        assertThat(host().container().exists()).isTrue();
    }

    @Test
    void withoutAProcessThereIsNothingToStart() throws IOException {
        new Creation(host().surroundings()).create(host().request(host().bundle("", "")));
        host().events.clear();
        assertThatThrownBy(this::start).hasMessageStartingWith("process: ");
        assertThat(host().events).as("P1").isEmpty();
        assertThat(status()).isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    void aStartThatIsInterruptedDestroysNothing() throws IOException {
        create("");
        host().instead.put(FrameKind.START, (kind, request, peer) -> {
            peer.say(frame(FrameKind.SIGNALLED).u32(15));
            peer.say(frame(FrameKind.STARTED).u32(2).u32(4));
        });
        assertThatThrownBy(this::start).isInstanceOf(SignalledException.class);
        assertThat(status()).isEqualTo(ContainerStatus.CREATED);
    }

    /** K5, L8: the connection ends the same way as when the program is executing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "3 | 0 | cannot start a container that has stopped",
                "3 | 1 | cannot start a container that has stopped: its init was killed by the OOM killer: memory limit 4 MiB is too low",
                "4 | 1 | the container has ended as soon as it was started: its init was killed by the OOM killer: memory limit 4 MiB is too low",
                "4 | 0 | -",
            })
    void aStartThatInitDoesNotSurviveIsToldFromAProgramThatEndsAtOnce(int outcome, int kills, @Nullable String message)
            throws IOException {
        create("");
        host().instead.put(FrameKind.START, (kind, request, peer) -> {
            try {
                host().end(INIT);
                Files.writeString(host().cgroup().resolve("pod/c1/memory.events"), "oom_kill " + kills + "\n");
                Files.writeString(host().cgroup().resolve("pod/c1/memory.max"), "4194304\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            peer.say(frame(FrameKind.STARTED).u32(outcome));
        });
        if (message == null) {
            start();
        } else {
            assertThatThrownBy(this::start)
                    .isInstanceOf(ContainerException.class)
                    .hasMessage(message);
        }
        assertThat(status()).isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    void thereMustBeAContainer() {
        assertThatThrownBy(this::start).hasMessage("container does not exist: c1");
        assertThatThrownBy(() -> new Killing(host().surroundings()).kill(ID, 9))
                .hasMessage("container does not exist: c1");
        assertThatThrownBy(() -> new Deletion(host().surroundings()).delete(ID))
                .hasMessage("container does not exist: c1");
        new Deletion(host().surroundings()).deleteByForce(ID);
        assertThat(host().events).as("trap 1").isEmpty();
    }

    // --- kill ---

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 15, 64})
    void signalsGoToInitAndToNothingElse(int signal) throws IOException {
        create("");
        host().events.clear();
        new Killing(host().surroundings()).kill(ID, signal);
        assertThat(host().events).containsExactly("signal " + signal + " to 4711:815");
    }

    @Test
    void theStoppedAreNotSignalled() throws IOException {
        create("");
        host().end(INIT);
        host().process(INIT, INIT_START + 1);
        host().events.clear();
        assertThatThrownBy(() -> new Killing(host().surroundings()).kill(ID, 9))
                .isInstanceOf(ContainerException.class)
                .hasMessage("container not running");
        new Deletion(host().surroundings()).deleteByForce(ID);
        assertThat(host().events).as("K12: the pid is a stranger's").doesNotContain("await 4711");
        assertThat(new Processes(directory.resolve("proc")).identity(INIT)).isPresent();
    }

    @Test
    void initThatEndsMeanwhileIsNotRunning() throws IOException {
        create("");
        host().instead
                .put(
                        FrameKind.SIGNAL,
                        (kind, request, peer) ->
                                peer.say(frame(FrameKind.DONE).u32(3).text("")));
        assertThatThrownBy(() -> new Killing(host().surroundings()).kill(ID, 15))
                .hasMessage("container not running");
        host().instead
                .put(
                        FrameKind.SIGNAL,
                        (kind, request, peer) ->
                                peer.say(frame(FrameKind.DONE).u32(1).text("")));
        assertThatThrownBy(() -> new Killing(host().surroundings()).kill(ID, 15))
                .hasMessage("unable to signal init: operation not permitted");
    }

    @Test
    void killAllSucceedsWhenNobodyIsLeft() throws IOException {
        create("");
        host().end(INIT);
        host().events.clear();
        new Killing(host().surroundings()).killAll(ID, 15);
        assertThat(host().events).isEmpty();
    }

    @Test
    void killAllReachesEveryProcessOfTheCgroup() throws IOException {
        create("");
        host().process(50, 5);
        host().process(51, 6);
        Files.writeString(host().cgroup().resolve("pod/c1/cgroup.procs"), "50\n51\n52\n");
        host().events.clear();
        new Killing(host().surroundings()).killAll(ID, 15);
        assertThat(host().events).containsExactly("signal 15 to 50:5", "signal 15 to 51:6");
        Files.delete(host().cgroup().resolve("pod/c1/cgroup.procs"));
    }

    // --- delete ---

    @Test
    void onlyTheStoppedAreDeleted() throws IOException {
        create("");
        host().events.clear();
        assertThatThrownBy(() -> new Deletion(host().surroundings()).delete(ID))
                .hasMessage("cannot delete container c1 that is not stopped: created");
        start();
        assertThatThrownBy(() -> new Deletion(host().surroundings()).delete(ID))
                .hasMessage("cannot delete container c1 that is not stopped: running");
        host().end(INIT);
        new Deletion(host().surroundings()).delete(ID);
        assertThat(host().events).containsExactly("start");
        assertThat(host().container().exists()).isFalse();
    }

    @Test
    void anEarlierBootsProcessesAndCgroupsAreNotOurs() throws IOException {
        create("");
        host().boot("next-boot");
        host().events.clear();
        assertThat(status()).isEqualTo(ContainerStatus.STOPPED);
        assertThatThrownBy(() -> new Killing(host().surroundings()).kill(ID, 9)).hasMessage("container not running");
        new Deletion(host().surroundings()).delete(ID);
        assertThat(host().events).as("K10").isEmpty();
        assertThat(host().cgroup().resolve("pod/c1"))
                .as("somebody else's by now")
                .exists();
    }

    @Test
    void aBrokenRecordIsRemovedByForceAloneAndItsCgroupWithIt() throws IOException {
        create("");
        Files.writeString(host().container().path().resolve("state.json"), "{");
        assertThatThrownBy(() -> new Deletion(host().surroundings()).delete(ID))
                .hasMessageContaining("state.json: line 1, column 2: not JSON")
                .hasMessageContaining("delete --force");
        new Deletion(host().surroundings()).deleteByForce(ID);
        assertThat(host().container().exists()).as("K11").isFalse();
        assertThat(host().cgroup().resolve("pod/c1")).doesNotExist();
    }

    @Test
    void aRemnantIsDeleted() {
        host().store().create(ID);
        assertThat(status()).isEqualTo(ContainerStatus.STOPPED);
        new Deletion(host().surroundings()).delete(ID);
        assertThat(host().container().exists()).isFalse();
    }

    @Test
    void whatRunCleansUpIsItsOwnContainer() throws IOException {
        create("");
        start();
        var deletion = new Deletion(host().surroundings());
        deletion.deleteAfter(ID, new ProcessIdentity(INIT, INIT_START));
        assertThat(host().container().exists()).as("it still runs").isTrue();
        host().end(INIT);
        deletion.deleteAfter(ID, new ProcessIdentity(INIT, INIT_START + 1));
        assertThat(host().container().exists())
                .as("the id means another one by now")
                .isTrue();
        deletion.deleteAfter(ID, new ProcessIdentity(INIT, INIT_START));
        assertThat(host().container().exists()).isFalse();
        deletion.deleteAfter(ID, new ProcessIdentity(INIT, INIT_START));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"type\": \"mount\", \"path\": \"/proc/99/ns/mnt\"}"})
    void aRootInAMountNamespaceOfOthersGoesWithItsDirectory(String namespaces) throws IOException {
        host().namespaces = namespaces;
        var place = host().container().path().resolve(PlanOptions.ROOT_MOUNT_POINT);
        host().atRun = () -> assertThat(place).as("there before any mount").isDirectory();
        create("");
        start();
        host().end(INIT);
        host().events.clear();
        // Where the delete runs: the root, and below it the mount that keeps it apart. None, if it is elsewhere.
        host().mounts = namespaces.isEmpty() ? 2 : 0;
        new Deletion(host().surroundings()).delete(ID);
        assertThat(host().events)
                .as("L11")
                .hasSize(namespaces.isEmpty() ? 3 : 1)
                .containsOnly("unmount " + directory.relativize(place));
        assertThat(place).as("the kernel detaches what it bears elsewhere").doesNotExist();
        assertThat(host().container().exists()).isFalse();
    }

    @Test
    void aRootThatCannotBeDetachedKeepsTheContainer() throws IOException {
        host().namespaces = "";
        create("");
        host().instead
                .put(
                        FrameKind.UNMOUNT,
                        (kind, request, peer) -> host().say(frame(FrameKind.DONE)
                                .u32(Errno.EPERM.number())
                                .text("")));
        assertThatThrownBy(() -> new Deletion(host().surroundings()).deleteByForce(ID))
                .hasMessageContaining("detach the root file system from")
                .hasMessageContaining("operation not permitted");
        assertThat(host().container().exists()).isTrue();
        host().instead.clear();
        new Deletion(host().surroundings()).deleteByForce(ID);
        assertThat(host().container().exists()).isFalse();
    }
}
