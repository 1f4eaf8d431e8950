package dev.minirt.core.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel refuses (bpf_check_classic, seccomp_check_filter) cannot be made. */
class BpfProgramTest {
    private static final SockFilter END = new SockFilter(SockFilter.RETURN, 0, 0, 0);

    @Test
    void length() {
        assertRefused();
        assertThat(new BpfProgram(Collections.nCopies(4096, END)).instructions())
                .hasSize(4096);
        assertRefused(Collections.nCopies(4097, END).toArray(new SockFilter[0]));
    }

    @Test
    void loads() {
        for (int offset : new int[] {0, 4, 60}) {
            assertThat(new BpfProgram(List.of(load(offset), END)).instructions())
                    .hasSize(2);
        }
        for (int offset : new int[] {-4, 1, 2, 62, 64, 65536}) {
            assertRefused(load(offset), END);
        }
    }

    @Test
    void jumps() {
        assertRefused(new SockFilter(SockFilter.JUMP, 0, 0, 1), END);
        assertRefused(new SockFilter(SockFilter.JUMP, 0, 0, -1), END);
        for (int code : new int[] {SockFilter.JUMP_EQUAL, SockFilter.JUMP_GREATER, SockFilter.JUMP_GREATER_OR_EQUAL}) {
            assertRefused(new SockFilter(code, 1, 0, 0), END);
            assertRefused(new SockFilter(code, 0, 1, 0), END);
            List<SockFilter> far = new ArrayList<>(Collections.nCopies(300, END));
            far.add(0, new SockFilter(code, 255, 255, 0));
            assertThat(new BpfProgram(far).instructions()).hasSize(301);
            far.set(0, new SockFilter(code, 256, 0, 0));
            assertRefused(far.toArray(new SockFilter[0]));
        }
    }

    @Test
    void operationsAndEnd() {
        assertRefused(load(0));
        assertRefused(END, new SockFilter(SockFilter.JUMP_EQUAL, 0, 0, 0));
        assertRefused(new SockFilter(0x16, 0, 0, 0), END);
        assertRefused(new SockFilter(0, 0, 0, 0), END);
    }

    private static SockFilter load(int offset) {
        return new SockFilter(SockFilter.LOAD, 0, 0, offset);
    }

    private static void assertRefused(SockFilter... program) {
        assertThatIllegalArgumentException().isThrownBy(() -> new BpfProgram(List.of(program)));
    }
}
