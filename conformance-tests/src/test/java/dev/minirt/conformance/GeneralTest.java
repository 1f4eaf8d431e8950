package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Sandbox;
import org.junit.jupiter.api.Test;

/** The bundle and the root of the configuration. */
@Conformance
class GeneralTest {
    @Test
    @Covers("G1")
    void runsABundle(Sandbox box) {
        assertThat(box.output(box.bundle().args("echo", "hello"))).isEqualTo("hello\n");
    }
}
