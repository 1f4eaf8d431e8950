package dev.minirt.spec.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.Fixture;
import dev.minirt.spec.Process;
import dev.minirt.spec.ReadResult;
import dev.minirt.spec.Resources;
import dev.minirt.spec.Rlimit;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.Spec;
import dev.minirt.spec.State;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What podman, docker, containerd, buildah and buildkit write must pass without a word. */
class EngineDocumentsTest {
    static List<String> configs() {
        return Fixture.engines(".config.json");
    }

    static List<String> processes() {
        return Fixture.engines(".process.json");
    }

    @Test
    void thereAreFixtures() {
        assertThat(configs()).hasSizeGreaterThanOrEqualTo(16);
        assertThat(processes()).hasSizeGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("configs")
    void configsPassAndSurviveWriting(String name) {
        ReadResult<Spec> result = SpecReader.read(Fixture.engine(name));
        assertThat(result.warnings()).isEmpty();
        assertThat(result.document().process()).isPresent();
        for (JsonStyle style : JsonStyle.values()) {
            byte[] written = SpecWriter.spec(result.document(), style);
            assertThat(SpecReader.read(written).document()).isEqualTo(result.document());
        }
    }

    @ParameterizedTest
    @MethodSource("processes")
    void processesPassAndSurviveWriting(String name) {
        ReadResult<Process> result = SpecReader.readProcess(Fixture.engine(name), name);
        assertThat(result.warnings()).isEmpty();
        byte[] written = SpecWriter.process(result.document(), JsonStyle.COMPACT);
        assertThat(SpecReader.readProcess(written, name).document()).isEqualTo(result.document());
    }

    @Test
    void dockersUpdateKeepsItsZeros() {
        Resources resources = SpecReader.readResources(Fixture.engine("docker20-update.resources.json"), "resources")
                .document();
        assertThat(resources.memory().orElseThrow().reservation()).isEqualTo(OptionalLong.of(0));
        assertThat(resources.pids().orElseThrow().limit()).isEqualTo(OptionalLong.of(60));
        assertThat(resources.cpu().orElseThrow().burst()).isEmpty();
        byte[] written = SpecWriter.resources(resources, JsonStyle.COMPACT);
        assertThat(SpecReader.readResources(written, "resources").document()).isEqualTo(resources);
    }

    @Test
    void runcsStateIsAState() {
        State state = SpecReader.readState(Fixture.engine("runc115.state.json"), "state.json")
                .document();
        assertThat(state.status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(state.pid()).isEqualTo(OptionalInt.of(6010));
    }

    @Test
    void podmansDeviceModesKeepTheBitsOfTheFileType() {
        Spec spec = SpecReader.read(Fixture.engine("podman43-privileged.config.json"))
                .document();
        assertThat(spec.linux().devices())
                .isNotEmpty()
                .allSatisfy(device ->
                        assertThat(device.fileMode().orElseThrow() & 0170000).isNotZero());
    }

    @Test
    void unlimitedIsAllOnes() {
        Spec spec = SpecReader.read(Fixture.everything()).document();
        Rlimit core = spec.process().orElseThrow().rlimits().get(1);
        assertThat(core.soft()).isZero();
        assertThat(core.hard()).isEqualTo(-1);
    }

    @Test
    void seccompFlagsDefaultToSpecAllowOnlyIfAbsent() {
        Spec podman =
                SpecReader.read(Fixture.engine("podman43-run-v1.config.json")).document();
        assertThat(podman.linux().seccomp().orElseThrow().flags()).containsExactly(SeccompFlag.SPEC_ALLOW);
        Spec everything = SpecReader.read(Fixture.everything()).document();
        assertThat(everything.linux().seccomp().orElseThrow().flags()).containsExactly(SeccompFlag.LOG);
    }
}
