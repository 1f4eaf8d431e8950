package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.SetCpuAffinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** P21: lists of CPUs, and back to words. */
class CpuListTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "'0-3,7', '0-3,7'",
        "'1,0', 0-1",
        "'2-3, 5', '2-3,5'",
        "'0-2,1-4', 0-4",
        "8191, 8191",
        "63-64, 63-64"
    })
    void lists(String list, String words) {
        var mask = CpuList.mask(list);
        assertThat(mask).isNotNull();
        if (mask != null) {
            assertThat(new SetCpuAffinity(mask).arguments().getFirst().value()).isEqualTo(words);
        }
    }

    @Test
    void noneIsNoMask() {
        assertThat(CpuList.mask(" ,")).isNull();
        assertThat(CpuList.mask("8192")).isNull();
        assertThat(CpuList.mask("2 - 3")).as("nor does the kernel take it").isNull();
    }

    @Test
    void theMaskIsTheKernels() {
        assertThat(CpuList.mask("0,9")).isEqualTo(Bytes.of(new byte[] {1, 2}));
    }
}
