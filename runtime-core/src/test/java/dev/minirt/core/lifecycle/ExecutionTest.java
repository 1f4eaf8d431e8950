package dev.minirt.core.lifecycle;

import static dev.minirt.core.lifecycle.RehearsalHost.INIT;
import static dev.minirt.core.lifecycle.RehearsalHost.INIT_START;
import static dev.minirt.core.lifecycle.RehearsalHost.PROCESS;
import static dev.minirt.core.lifecycle.RehearsalHost.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.driver.SignalledException;
import dev.minirt.core.error.RuntimeFailure;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.op.CloneInit;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.op.OpenProcess;
import dev.minirt.core.op.SetGroups;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.TerminalOffer;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exec: in which containers, into which cgroup, and what is left when it fails. */
class ExecutionTest {
    private static final int PID = 5000;

    @TempDir
    Path directory;

    private @Nullable RehearsalHost made;
    private Optional<String> pidfdSocket = Optional.empty();

    @BeforeEach
    void makeContainer() throws IOException {
        made = new RehearsalHost(directory);
        new Creation(host().surroundings()).create(host().request(host().bundle(PROCESS, "")));
        host().events.clear();
        initIsIn("/pod/c1");
        host().instead.put(FrameKind.RUN, (kind, request, self) -> {
            host().events.add("run");
            host().say(frame(FrameKind.SPAWNED).u32(PID).u64(1));
            host().say(frame(FrameKind.READY));
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

    private void initIsIn(String cgroup) throws IOException {
        Files.writeString(directory.resolve("proc/" + INIT + "/cgroup"), "5:cpu:/x\n0::" + cgroup + "\n");
    }

    private ExecRequest request(Optional<String> cgroup, boolean ignorePaused) {
        var process = RehearsalHost.command("true");
        return new ExecRequest(
                new ContainerId("c1"),
                process,
                cgroup,
                ignorePaused,
                Optional.of(directory.resolve("exec.pid").toString()),
                pidfdSocket,
                0,
                TerminalOffer.AT_TERMINAL);
    }

    private ProcessIdentity execute() {
        return new Execution(host().surroundings()).execute(request(Optional.empty(), false));
    }

    private Plan plan(Optional<String> cgroup) {
        return new Execution(host().surroundings()).plan(request(cgroup, false));
    }

    private static List<String> cgroups(Plan plan) {
        return plan.program().stream()
                .map(step -> step.action() instanceof Action.Interpreted(var context, OpenCgroup op) ? op.path() : "")
                .filter(path -> !path.isEmpty())
                .toList();
    }

    @Test
    void runsAndTellsThePid() throws IOException {
        assertThat(execute()).isEqualTo(new ProcessIdentity(PID, 1));
        assertThat(directory.resolve("exec.pid")).hasContent("5000");
        assertThat(host().events).containsExactly("run");
        assertThat(plan(Optional.empty()).program())
                .extracting(step -> step.action() instanceof Action.Interpreted(var context, var op) ? op : null)
                .anyMatch(op -> op instanceof OpenProcess open && open.pid() == INIT && open.startTime() == INIT_START);
    }

    @Test
    void aRunningContainerIsAsGoodAsACreatedOne() throws IOException {
        new Starting(host().surroundings()).start(new ContainerId("c1"));
        assertThat(execute().pid()).isEqualTo(PID);
    }

    @Test
    void aStoppedContainerIsRefused() throws IOException {
        host().end(INIT);
        assertThatThrownBy(this::execute)
                .isInstanceOf(ContainerException.class)
                .hasMessage("cannot exec in a stopped container");
        assertThat(host().events).isEmpty();
    }

    @Test
    void anotherProcessWithInitsNumberIsNotTheContainer() throws IOException {
        host().unpark();
        host().process(INIT, INIT_START + 1);
        assertThatThrownBy(this::execute).hasMessage("cannot exec in a stopped container");
    }

    @Test
    void anUnknownContainerDoesNotExist() {
        var surroundings = host().surroundings();
        var request = request(Optional.empty(), false);
        var other = new ExecRequest(
                new ContainerId("c2"),
                request.process(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                0,
                TerminalOffer.AT_TERMINAL);
        assertThatThrownBy(() -> new Execution(surroundings).execute(other))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("container does not exist");
    }

    @Test
    void aPausedContainerIsRefusedUnlessThatIsIgnored() throws IOException {
        Files.writeString(host().cgroup().resolve("pod/c1/cgroup.freeze"), "1\n");
        assertThatThrownBy(this::execute)
                .isInstanceOf(ContainerException.class)
                .hasMessage("cannot exec in a paused container (use --ignore-paused to override)");
        assertThat(new Execution(host().surroundings())
                        .execute(request(Optional.empty(), true))
                        .pid())
                .isEqualTo(PID);
    }

    // --- cgroups ---

    @Test
    void initInTheContainersCgroupNeedsNoFallback() {
        assertThat(cgroups(plan(Optional.empty())))
                .containsExactly(host().cgroup().resolve("pod/c1").toString());
    }

    @Test
    void initElsewhereIsTheFallback() throws IOException {
        initIsIn("/pod/c1/init.scope");
        var plan = plan(Optional.empty());
        assertThat(cgroups(plan))
                .containsExactly(
                        host().cgroup().resolve("pod/c1").toString(),
                        host().cgroup().resolve("pod/c1/init.scope").toString());
        assertThat(plan.program())
                .extracting(step -> step.action() instanceof Action.Interpreted(var context, var op) ? op : null)
                .anyMatch(
                        op -> op instanceof CloneInit clone && clone.fallback().isPresent());
    }

    @Test
    void aContainersCgroupThatIsGoneIsNotLookedFor() throws IOException {
        Files.delete(host().cgroup().resolve("pod/c1"));
        initIsIn("/moved/here");
        assertThat(cgroups(plan(Optional.empty())))
                .containsExactly(host().cgroup().resolve("moved/here").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../elsewhere", "/pod/c1 (deleted)"})
    void aCgroupThatCannotBeNamedIsNoFallback(String path) throws IOException {
        initIsIn(path);
        assertThat(cgroups(plan(Optional.empty())))
                .containsExactly(host().cgroup().resolve("pod/c1").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "/sub", "./sub/", "//sub"})
    void aSubgroupIsEnteredWithoutAFallback(String path) throws IOException {
        Files.createDirectory(host().cgroup().resolve("pod/c1/sub"));
        initIsIn("/pod/c1/init.scope");
        assertThat(cgroups(plan(Optional.of(path))))
                .containsExactly(host().cgroup().resolve("pod/c1/sub").toString());
    }

    /** S14: not even a sibling whose name begins like the container's. */
    @ParameterizedTest
    @ValueSource(strings = {"..", "../c1-evil", "sub/../../c1-evil", "/..", "cpu:sub"})
    void aPathOutOfTheContainersCgroupIsRefused(String path) throws IOException {
        Files.createDirectories(host().cgroup().resolve("pod/c1-evil"));
        Files.createDirectories(host().cgroup().resolve("pod/c1/sub"));
        assertThatThrownBy(() -> plan(Optional.of(path)))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("--cgroup " + path);
    }

    @Test
    void aMissingSubgroupIsSaid() {
        assertThatThrownBy(() -> plan(Optional.of("sub")))
                .hasMessageEndingWith("pod/c1/sub: no such file or directory");
    }

    // --- failures ---

    @Test
    void aFailedOperationIsExplained() {
        host().instead
                .put(
                        FrameKind.RUN,
                        (kind, request, self) -> host().say(frame(FrameKind.FAILED)
                                .u32(2)
                                .u32(0)
                                .u32(3)
                                .text("")));
        assertThatThrownBy(this::execute)
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("find the container's process: no such process (ESRCH)")
                .hasMessageContaining("cannot exec in a stopped container");
        assertThat(directory.resolve("exec.pid")).doesNotExist();
        assertThat(host().events).isEmpty();
    }

    @Test
    void aProcessThatDiesIsNotCalledInit() {
        host().instead
                .put(
                        FrameKind.RUN,
                        (kind, request, self) ->
                                host().say(frame(FrameKind.DIED).u32(-1).u32(9)));
        assertThatThrownBy(this::execute)
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageStartingWith("the process was killed");
    }

    /** P9: the runtime could not do what it does otherwise, and the program has groups that nobody gave it. */
    @Test
    void groupsThatStayAreToldOf() {
        var program = plan(Optional.empty()).program();
        int index = 0;
        while (!(program.get(index).action() instanceof Action.Interpreted(var context, var op)
                && op instanceof SetGroups)) {
            index++;
        }
        int groups = index;
        host().instead.put(FrameKind.RUN, (kind, request, self) -> {
            host().say(frame(FrameKind.BRANCHED)
                    .u32(3)
                    .u32(0)
                    .u32(1)
                    .u32(groups)
                    .u32(1)
                    .u32(1_000_000)
                    .u32(1));
            host().say(frame(FrameKind.SPAWNED).u32(PID).u64(1));
            host().say(frame(FrameKind.READY));
        });
        execute();
        assertThat(host().events)
                .containsExactly(
                        "warning process.user: the user namespace denies setgroups, so the process keeps the runtime's supplementary groups");
    }

    /** As runc does: the pid file is there when everything is. */
    @Test
    void aPidfdIsSentBeforeThePidFileIsWritten() {
        pidfdSocket = Optional.of("/run/pidfd.sock");
        var sent = new ArrayList<Object>();
        host().instead.put(FrameKind.SEND_PIDFD, (kind, request, self) -> {
            sent.add(List.of(request.u32(), request.u64(), request.text(), request.text()));
            sent.add(Files.exists(directory.resolve("exec.pid")));
            host().say(frame(FrameKind.DONE).u32(0).text(""));
        });
        execute();
        assertThat(sent).containsExactly(List.of(PID, 1L, "/run/pidfd.sock", "setns"), false);
        assertThat(directory.resolve("exec.pid")).exists();
    }

    @Test
    void aPidfdThatCannotBeSentEndsTheProcess() {
        pidfdSocket = Optional.of("/run/pidfd.sock");
        host().instead
                .put(
                        FrameKind.SEND_PIDFD,
                        (kind, request, self) ->
                                host().say(frame(FrameKind.DONE).u32(111).text("")));
        assertThatThrownBy(this::execute).hasMessage("--pidfd-socket /run/pidfd.sock: connection refused");
        assertThat(host().events).containsExactly("run", "kill and reap");
        assertThat(directory.resolve("exec.pid")).doesNotExist();
    }

    @Test
    void aSignalAbortsIt() {
        host().instead.put(FrameKind.RUN, (kind, request, self) -> {
            host().say(frame(FrameKind.SPAWNED).u32(PID).u64(1));
            host().say(frame(FrameKind.SIGNALLED).u32(15));
        });
        assertThatThrownBy(this::execute).isInstanceOf(SignalledException.class);
        assertThat(host().events).containsExactly("abort");
    }

    @Test
    void aPidFileThatCannotBeWrittenEndsTheProcess() {
        host().instead.put(FrameKind.RUN, (kind, request, self) -> {
            try {
                Files.createDirectories(directory.resolve("exec.pid"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            host().say(frame(FrameKind.SPAWNED).u32(PID).u64(1));
            host().say(frame(FrameKind.READY));
        });
        assertThatThrownBy(this::execute).hasMessageContaining("exec.pid: is a directory");
        assertThat(host().events).containsExactly("kill and reap");
    }

    @Test
    void aPidFileInThePlaceOfSomethingElseIsRefusedBeforeTheProgramRuns() throws IOException {
        Files.createDirectories(directory.resolve("exec.pid"));
        assertThatThrownBy(this::execute).hasMessageContaining("exec.pid: is a directory");
        assertThat(host().events).isEmpty();
    }
}
