package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Rows H11 and H12: a state in two parts with room for init's pid. */
class HookStateTest {
    @Test
    void thePidGoesBetweenTheParts() {
        var config = """
            {"ociVersion": "1.2.0", "root": {"path": "r"}, "annotations": {"\\"pid\\":2147483647": "\\"pid\\":2147483647", "pid": "x"}}""".getBytes(StandardCharsets.UTF_8);
        var spec = SpecReader.read(config, "config.json").document();
        var state = HookState.of(spec, "\"pid\":1", "/b/\"pid\":2", ContainerStatus.CREATED);
        var document =
                text(state.before().toArray()) + "4242" + text(state.after().toArray());
        var read = SpecReader.readState(document.getBytes(StandardCharsets.UTF_8), "state")
                .document();
        assertThat(read.pid()).hasValue(4242);
        assertThat(read.status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(read.id()).isEqualTo("\"pid\":1");
        assertThat(read.bundle()).isEqualTo("/b/\"pid\":2");
        assertThat(read.annotations()).isEqualTo(spec.annotations());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
