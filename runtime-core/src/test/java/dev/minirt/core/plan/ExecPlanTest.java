package dev.minirt.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.lifecycle.ExecProcess;
import dev.minirt.core.op.CloneInit;
import dev.minirt.core.op.EnterRoot;
import dev.minirt.core.op.JoinProcess;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.op.Ready;
import dev.minirt.core.op.SetCpuAffinity;
import dev.minirt.core.plan.stage.ExecStages;
import dev.minirt.spec.ExecCpuAffinity;
import dev.minirt.spec.Process;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.json.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of execs, compared exactly as those of containers are: {@code -Dminirt.golden=write} writes them anew. */
class ExecPlanTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final ExecTarget TARGET =
            new ExecTarget(4711, 815, Optional.of("/sys/fs/cgroup/box"), Optional.of("/sys/fs/cgroup/box/init.scope"));

    private static Spec container(String name) throws IOException {
        return SpecReader.read(Files.readAllBytes(GOLDEN.resolve(name + ".json")), name)
                .document();
    }

    private static Process process(String name) throws IOException {
        return SpecReader.readProcess(Files.readAllBytes(GOLDEN.resolve("exec/" + name + ".json")), name)
                .document();
    }

    private static Plan plan(Spec container, Process process) {
        var effective = container.withProcess(new ExecProcess.Document(process).within(container));
        return ExecStages.planner(TARGET).plan(effective, GoldenPlanTest.options("box"), HostFacts.typical());
    }

    private static <T extends Op> List<T> operations(Plan plan, Class<T> type) {
        return plan.program().stream()
                .map(step -> step.action() instanceof Action.Interpreted(var context, var op) ? op : null)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "docker, everything",
        "docker, terminal",
        "podman-userns, everything",
        "no-mount-namespace, everything",
        "joins-everything, everything",
        "seccomp, plain",
        "every-namespace, plain"
    })
    void everyPlanIsAsRecorded(String container, String process) throws IOException {
        var recorded = GOLDEN.resolve("exec/" + process + "-in-" + container + ".plan");
        var text =
                PlanDescription.of(plan(container(container), process(process))).toText();
        if ("write".equals(System.getProperty("minirt.golden"))) {
            Files.writeString(recorded, text);
        }
        assertThat(text).isEqualTo(Files.readString(recorded));
    }

    /** A program without Ready: it succeeds when execve has closed the control socket. */
    @Test
    void anExecIsNotParked() throws IOException {
        var plan = plan(container("docker"), process("plain"));
        assertThat(operations(plan, Ready.class)).isEmpty();
        assertThat(plan.hostActions(Phase.STARTED)).hasSize(1);
        assertThat(plan.hostActions(Phase.RECORD)).isEmpty();
        assertThat(plan.hostActions(Phase.CGROUP)).isEmpty();
    }

    @Test
    void aContainerOfItsOwnIsEnteredByItsMountNamespace() throws IOException {
        var plan = plan(container("docker"), process("plain"));
        assertThat(operations(plan, JoinProcess.class)).allMatch(JoinProcess::isolated);
        assertThat(operations(plan, EnterRoot.class)).allMatch(op -> op.root().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-mount-namespace", "joins-everything"})
    void aContainerInAForeignMountNamespaceIsEnteredByItsRoot(String container) throws IOException {
        var plan = plan(container(container), process("plain"));
        assertThat(operations(plan, JoinProcess.class)).noneMatch(JoinProcess::isolated);
        assertThat(operations(plan, EnterRoot.class)).allMatch(op -> op.root().isPresent());
    }

    @Test
    void theCgroupHasAFallbackOnlyIfThereIsOne() throws IOException {
        assertThat(operations(plan(container("docker"), process("plain")), CloneInit.class))
                .allMatch(op -> op.cgroup().isPresent() && op.fallback().isPresent());
        var alone = new ExecTarget(1, 2, Optional.of("/sys/fs/cgroup/box"), Optional.empty());
        var container = container("docker");
        var plan = ExecStages.planner(alone).plan(container, GoldenPlanTest.options("box"), HostFacts.typical());
        assertThat(operations(plan, CloneInit.class))
                .allMatch(op -> op.fallback().isEmpty());
    }

    /** Of a user who may make no cgroups, nor move processes to others. */
    @Test
    void withoutACgroupTheProcessStaysWhereItsCallerIs() throws IOException {
        var nowhere = new ExecTarget(1, 2, Optional.empty(), Optional.empty());
        var plan = ExecStages.planner(nowhere)
                .plan(container("docker"), GoldenPlanTest.options("box"), HostFacts.typical());
        assertThat(operations(plan, CloneInit.class)).allMatch(op -> op.cgroup().isEmpty());
        assertThat(operations(plan, OpenCgroup.class)).isEmpty();
    }

    /** P21. */
    @Test
    void withoutAWordTheProcessMayRunOnAllCpus() throws IOException {
        assertThat(operations(plan(container("docker"), process("plain")), SetCpuAffinity.class))
                .singleElement()
                .matches(op -> op.cpus().length() == 0);
    }

    /** P21: the last CPUs are left to the kernel, not to a reset of ours. */
    @Test
    void anInitialAffinityAloneIsTheOnlyOne() throws IOException {
        var container = container("docker");
        var plan = plan(container, withAffinity(container, Optional.of("0"), Optional.empty()));
        assertThat(plan.program())
                .filteredOn(step -> step.action() instanceof Action.Interpreted(var context, var op)
                        && op instanceof SetCpuAffinity)
                .singleElement()
                .matches(step -> step.phase() == Phase.HOST_PRIVILEGES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0-", "-1", "3-1", "8192", "0x1", "1;2", "99999999999", "\u0661"})
    void aBadListOfCpusIsRefused(String list) throws IOException {
        var container = container("docker");
        assertThatThrownBy(() -> plan(container, withAffinity(container, Optional.empty(), Optional.of(list))))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("process.execCPUAffinity.final");
    }

    private static Process withAffinity(Spec container, Optional<String> initial, Optional<String> last) {
        var own = container.process().orElseThrow();
        return new Process(
                own.terminal(),
                own.consoleSize(),
                own.user(),
                own.args(),
                own.env(),
                own.cwd(),
                own.capabilities(),
                own.rlimits(),
                own.noNewPrivileges(),
                own.apparmorProfile(),
                own.oomScoreAdj(),
                own.selinuxLabel(),
                own.scheduler(),
                own.ioPriority(),
                Optional.of(new ExecCpuAffinity(initial, last)));
    }
}
