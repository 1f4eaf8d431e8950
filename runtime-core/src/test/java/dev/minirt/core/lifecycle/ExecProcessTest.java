package dev.minirt.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.spec.Capabilities;
import dev.minirt.spec.Process;
import dev.minirt.spec.Spec;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the process of an exec takes from the command line, its document, and the container. */
class ExecProcessTest {
    private static final String CONTAINER = """
            {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "process": {
              "terminal": false, "cwd": "/own", "args": ["init"], "env": ["PATH=/bin", "A=own", "A=shadowed"],
              "user": {"uid": 7, "gid": 8, "umask": 63, "additionalGids": [9]},
              "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"],
                               "inheritable": ["CAP_SYS_TIME"], "ambient": []},
              "rlimits": [{"type": "RLIMIT_CORE", "soft": 1, "hard": 2}], "noNewPrivileges": true,
              "apparmorProfile": "own-profile", "selinuxLabel": "own-label", "oomScoreAdj": 5,
              "scheduler": {"policy": "SCHED_BATCH"}, "ioPriority": {"class": "IOPRIO_CLASS_IDLE"},
              "execCPUAffinity": {"final": "0"}}}""";

    private static Spec container() {
        return SpecReader.read(CONTAINER.getBytes(StandardCharsets.UTF_8)).document();
    }

    private static Process own() {
        return container().process().orElseThrow();
    }

    private static Process document(String members) {
        var text = "{\"cwd\": \"/\", \"args\": [\"x\"], \"user\": {\"uid\": 0, \"gid\": 0}" + members + "}";
        return new ExecProcess.Document(SpecReader.readProcess(text.getBytes(StandardCharsets.UTF_8), "p")
                        .document())
                .within(container());
    }

    private static Process command(List<String> env, OptionalLong uid, OptionalLong gid, List<String> capabilities) {
        return new ExecProcess.Command(
                        List.of("x"),
                        Optional.empty(),
                        env,
                        uid,
                        gid,
                        List.of(10L),
                        false,
                        capabilities,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .within(container());
    }

    @Test
    void whatADocumentDoesNotSayIsTheContainers() {
        var process = document("");
        assertThat(process.capabilities()).isEqualTo(own().capabilities());
        assertThat(process.rlimits()).isEqualTo(own().rlimits());
        assertThat(process.apparmorProfile()).contains("own-profile");
        assertThat(process.selinuxLabel()).contains("own-label");
        assertThat(process.oomScoreAdj()).hasValue(5);
        assertThat(process.scheduler()).isEqualTo(own().scheduler());
        assertThat(process.ioPriority()).isEqualTo(own().ioPriority());
        assertThat(process.execCPUAffinity()).isEqualTo(own().execCPUAffinity());
        assertThat(process.user().umask()).isEqualTo(OptionalInt.of(63));
        assertThat(process.env()).as("the environment is the document's alone").isEmpty();
        assertThat(process.cwd()).isEqualTo("/");
        assertThat(process.user().additionalGids()).isEmpty();
    }

    @Test
    void whatADocumentSaysCounts() {
        var process = document("""
                , "capabilities": {"bounding": ["CAP_CHOWN"]}, "rlimits": [{"type": "RLIMIT_CPU", "soft": 1, "hard": 1}],
                "apparmorProfile": "p", "selinuxLabel": "l", "oomScoreAdj": -1""");
        assertThat(process.capabilities().orElseThrow().bounding()).containsExactly("CAP_CHOWN");
        assertThat(process.capabilities().orElseThrow().effective()).isEmpty();
        assertThat(process.rlimits()).hasSize(1).noneMatch(own().rlimits()::contains);
        assertThat(process.apparmorProfile()).contains("p");
        assertThat(process.selinuxLabel()).contains("l");
        assertThat(process.oomScoreAdj()).hasValue(-1);
    }

    @Test
    void aCommandRunsLikeTheContainersProcess() {
        var process = command(List.of(), OptionalLong.empty(), OptionalLong.empty(), List.of());
        assertThat(process.args()).containsExactly("x");
        assertThat(process.cwd()).isEqualTo("/own");
        assertThat(process.env()).isEqualTo(own().env());
        assertThat(process.user().uid()).isEqualTo(7);
        assertThat(process.user().gid()).isEqualTo(8);
        assertThat(process.user().additionalGids()).containsExactly(9L, 10L);
        assertThat(process.capabilities()).isEqualTo(own().capabilities());
        assertThat(process.noNewPrivileges()).isTrue();
    }

    /** The first assignment is the one that getenv(3) finds. */
    @Test
    void anAssignmentReplacesTheFirstToItsVariable() {
        var process =
                command(List.of("A=new", "AB=1", "PATH=/x"), OptionalLong.empty(), OptionalLong.empty(), List.of());
        assertThat(process.env()).containsExactly("PATH=/x", "A=new", "A=shadowed", "AB=1");
    }

    /** CVE-2026-30892: a user without a group is that user, with the container's group. */
    @Test
    void aUserAloneKeepsTheGroup() {
        var process = command(List.of(), OptionalLong.of(1), OptionalLong.empty(), List.of());
        assertThat(process.user().uid()).isEqualTo(1);
        assertThat(process.user().gid()).isEqualTo(8);
    }

    /** CVE-2022-29162. */
    @Test
    void capabilitiesAreNotInheritable() {
        var process = command(
                List.of(), OptionalLong.empty(), OptionalLong.empty(), List.of("CAP_NET_ADMIN", "CAP_SYS_TIME"));
        assertThat(process.capabilities())
                .contains(new Capabilities(
                        List.of("CAP_KILL", "CAP_NET_ADMIN", "CAP_SYS_TIME"),
                        List.of("CAP_KILL", "CAP_NET_ADMIN", "CAP_SYS_TIME"),
                        List.of("CAP_SYS_TIME"),
                        List.of("CAP_KILL", "CAP_NET_ADMIN", "CAP_SYS_TIME"),
                        List.of("CAP_SYS_TIME")));
    }

    @Test
    void aContainerWithoutAProcessNeedsADocument() {
        var bare = SpecReader.read("{\"ociVersion\": \"1.2.0\", \"root\": {\"path\": \"rootfs\"}}"
                        .getBytes(StandardCharsets.UTF_8))
                .document();
        var command = RehearsalHost.command("x");
        assertThatThrownBy(() -> command.within(bare))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("--process");
        assertThat(new ExecProcess.Document(own()).within(bare)).isEqualTo(own());
    }
}
