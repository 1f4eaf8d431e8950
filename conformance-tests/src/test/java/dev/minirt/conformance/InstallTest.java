package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code hack/install}, of the distribution under test, into a directory that stands for the machine's root. */
@Conformance
class InstallTest {
    private static final Path SCRIPT =
            Path.of("../hack/install").toAbsolutePath().normalize();
    private static final String BINARY = "/opt/min/bin/minirt";
    private static final String MARK = "written by minirt/hack/install";

    private static Invocation install(Sandbox box, String... arguments) {
        box.needs(box.runtime().isMinirt(), "minirt as the runtime under test");
        box.needs(Files.isExecutable(SCRIPT), "the scripts of the repository");
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "--prefix", "/opt/min"));
        command.addAll(List.of(arguments));
        return box.host(command.toArray(String[]::new))
                .with("DESTDIR", root(box).toString());
    }

    private static Invocation installing(Sandbox box, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--from", box.runtime().binary().resolve("../..").normalize().toString()));
        all.addAll(List.of(arguments));
        return install(box, all.toArray(String[]::new));
    }

    private static Path root(Sandbox box) {
        return box.directory().resolve("machine");
    }

    private static String file(Sandbox box, String path) {
        return Sandbox.read(root(box).resolve(path));
    }

    private static Outcome succeeds(Invocation invocation) {
        return invocation.execute().succeededPerhapsWithWarnings();
    }

    @Test
    void installsADistributionThatRuns(Sandbox box) {
        Outcome outcome = succeeds(installing(box));
        // That the cache is used is checked by the script.
        assertThat(outcome.stderr()).contains("installed: ").contains("minirt version");
        assertThat(outcome.stdout())
                .contains("minirt = [\"" + BINARY + "\"]")
                .contains("BinaryName = \"" + BINARY + "\"")
                .contains("runtime_path = \"" + BINARY + "\"")
                .contains("kind: RuntimeClass");
        Path binary = root(box).resolve(BINARY.substring(1));
        assertThat(binary).isSymbolicLink();
        assertThat(box.host(binary.toString(), "--version")
                        .execute()
                        .succeeded()
                        .stdout())
                .startsWith("minirt version");
        assertThat(Sandbox.list(root(box))).containsExactly("opt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"minirt.aot", "brief.aot"})
    void refusesADistributionWhoseCacheTheJvmRefuses(String cache, Sandbox box) {
        succeeds(installing(box));
        Path copy = root(box).resolve("opt/min/lib/minirt");
        succeeds(box.host("dd", "if=/dev/zero", "of=" + copy + "/lib/" + cache, "bs=8", "count=1", "conv=notrunc"));
        install(box, "--from", copy.toString(), "--prefix", "/opt/other")
                .execute()
                .failed("does not use the AOT cache /");
    }

    @Test
    void writesWhatEnginesReadAndTakesItBack(Sandbox box) {
        Path containerd = root(box).resolve("etc/containerd/config.toml");
        Path docker = root(box).resolve("etc/docker/daemon.json");
        String theirs = "version = 2\n# mine\n[plugins]\n";
        Sandbox.write(containerd, theirs);
        Sandbox.write(docker, "{\"debug\": true, \"runtimes\": {\"other\": {\"path\": \"/other\"}}}\n");
        String[] all = {
            "--configure",
            "podman",
            "--configure",
            "containerd",
            "--configure",
            "docker",
            "--configure",
            "cri-o",
            "--serve"
        };
        succeeds(installing(box, all));

        assertThat(file(box, "etc/containers/containers.conf.d/50-minirt.conf"))
                .startsWith("# " + MARK)
                .contains("[engine.runtimes]\nminirt = [\"" + BINARY + "\"]")
                .contains("\"minirt\"]");
        assertThat(file(box, "etc/crio/crio.conf.d/50-minirt.conf"))
                .contains("[crio.runtime.runtimes.minirt]")
                .contains("runtime_path = \"" + BINARY + "\"");
        assertThat(Sandbox.read(containerd)).startsWith(theirs).contains("BinaryName = \"" + BINARY + "\"");
        JsonNode daemon = Json.read(Sandbox.read(docker));
        assertThat(daemon.path("debug").asBoolean()).isTrue();
        assertThat(daemon.at("/runtimes/other/path").asString()).isEqualTo("/other");
        assertThat(daemon.at("/runtimes/minirt/path").asString()).isEqualTo(BINARY);
        assertThat(file(box, "etc/systemd/system/minirt-serve.socket"))
                .contains("ListenStream=/run/minirt-serve/socket\nSocketMode=0600\nDirectoryMode=0700\n");
        assertThat(file(box, "etc/systemd/system/minirt-serve.service"))
                .contains("ExecStart=" + BINARY + " serve --idle 300\n");

        String before = Sandbox.read(containerd) + Sandbox.read(docker);
        assertThat(succeeds(installing(box, all)).stderr()).doesNotContain("written: ");
        assertThat(Sandbox.read(containerd) + Sandbox.read(docker)).isEqualTo(before);

        succeeds(install(box, "--uninstall"));
        assertThat(Sandbox.read(containerd)).isEqualTo(theirs);
        assertThat(Json.read(Sandbox.read(docker)))
                .isEqualTo(Json.read("{\"debug\": true, \"runtimes\": {\"other\": {\"path\": \"/other\"}}}"));
        assertThat(box.host("find", root(box).toString(), "!", "-type", "d")
                        .execute()
                        .succeeded()
                        .stdout()
                        .lines())
                .containsExactlyInAnyOrder(containerd.toString(), docker.toString());
        assertThat(box.host("find", root(box).toString(), "-mindepth", "1", "-type", "d")
                        .execute()
                        .succeeded()
                        .stdout()
                        .lines())
                .as("directories that were there before")
                .containsExactlyInAnyOrder(
                        root(box) + "/etc", root(box) + "/etc/containerd", root(box) + "/etc/docker");
    }

    @Test
    void makesFilesThatWereNotThereAndRemovesThem(Sandbox box) {
        succeeds(installing(box, "--configure=containerd", "--configure=docker"));
        assertThat(file(box, "etc/containerd/config.toml")).contains("\nversion = 2\n");
        assertThat(Json.read(file(box, "etc/docker/daemon.json"))
                        .at("/runtimes/minirt/path")
                        .asString())
                .isEqualTo(BINARY);
        succeeds(install(box, "--uninstall"));
        assertThat(box.host("find", root(box).toString(), "!", "-type", "d")
                        .execute()
                        .succeeded()
                        .stdout())
                .isEmpty();
    }

    @Test
    void speaksTheLanguageOfContainerdsConfiguration(Sandbox box) {
        Path containerd = root(box).resolve("etc/containerd/config.toml");
        Sandbox.write(containerd, "oom_score = -999\n[plugins.cri]\n");
        succeeds(installing(box, "--configure=containerd"));
        assertThat(Sandbox.read(containerd)).contains("[plugins.cri.containerd.runtimes.minirt]");
        // What kubelet is told of cgroups holds for every runtime.
        Sandbox.write(containerd, "version = 3\n[plugins.x.options]\n  SystemdCgroup = true\n");
        succeeds(installing(box, "--configure=containerd"));
        assertThat(Sandbox.read(containerd))
                .contains("[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.minirt]")
                .contains("BinaryName = \"" + BINARY + "\"\n    SystemdCgroup = true\n");
    }

    @Test
    void changesNothingThatIsNotItsOwn(Sandbox box) {
        Path containerd = root(box).resolve("etc/containerd/config.toml");
        String theirs = "[plugins.cri.containerd.runtimes.minirt]\n";
        Sandbox.write(containerd, theirs);
        Path docker = root(box).resolve("etc/docker/daemon.json");
        Sandbox.write(docker, "{ not json\n");
        installing(box, "--configure=containerd").execute().failed("has a runtime named minirt already");
        installing(box, "--configure=docker").execute().failed("is not JSON: not changed");
        assertThat(Sandbox.read(containerd)).isEqualTo(theirs);
        assertThat(Sandbox.read(docker)).isEqualTo("{ not json\n");
        installing(box, "--configure=kata").execute().failed("only for: podman containerd docker cri-o");
        install(box, "--from", box.directory().toString()).execute().failed("is not a distribution of minirt");

        Path occupied = root(box).resolve("opt/foreign/lib/minirt/file");
        Sandbox.write(occupied, "theirs");
        installing(box, "--prefix=/opt/foreign").execute().failed("is not minirt");
        install(box, "--uninstall", "--prefix=/opt/foreign").execute().failed("is not minirt: not removed");
        assertThat(Sandbox.read(occupied)).isEqualTo("theirs");
    }
}
