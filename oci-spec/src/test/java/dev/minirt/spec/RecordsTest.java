package dev.minirt.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RecordsTest {
    @Test
    void listsAndMapsAreCopiesInOrder() {
        List<String> args = new ArrayList<>(List.of("z", "a"));
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("z", "1");
        annotations.put("a", "2");
        Hook hook = new Hook("/bin/hook", args, List.of(), OptionalInt.empty());
        Spec spec = new Spec(
                "1.0.0",
                new Root("rootfs", false),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Hooks.NONE,
                annotations,
                Linux.EMPTY);
        args.clear();
        annotations.clear();
        assertThat(hook.args()).containsExactly("z", "a");
        assertThat(spec.annotations().keySet()).containsExactly("z", "a");
        assertThatThrownBy(() -> spec.annotations().put("k", "v")).isInstanceOf(UnsupportedOperationException.class);
    }

    /** C12: (uid_t) -1 leaves the id of the runtime in place. */
    @Test
    void idsAre32BitWithoutTheHighest() {
        assertThat(new User(4294967294L, 2147483648L, OptionalInt.empty(), List.of()).uid())
                .isEqualTo(4294967294L);
        for (long id : new long[] {-1, 4294967295L, 4294967296L}) {
            assertThatThrownBy(() -> new User(id, 0, OptionalInt.empty(), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new User(0, id, OptionalInt.empty(), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new User(0, 0, OptionalInt.empty(), List.of(id)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namespacesAreFoundByType() {
        Linux linux = DefaultSpec.rootful().linux();
        assertThat(linux.createsNamespace(NamespaceType.PID)).isTrue();
        assertThat(linux.hasNamespace(NamespaceType.USER)).isFalse();
        assertThat(linux.createsNamespace(NamespaceType.USER)).isFalse();
    }

    @Test
    void rlimitTypesStandInKernelOrder() {
        // asm-generic/resource.h
        assertThat(RlimitType.NOFILE.ordinal()).isEqualTo(7);
        assertThat(RlimitType.RTTIME.ordinal()).isEqualTo(15);
        assertThat(RlimitType.values()).hasSize(16);
    }

    @Test
    void manyViolationsMakeOneLine() {
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            violations.add(new Violation(JsonPointer.of("/mounts").child(i), "bad"));
        }
        SpecException e = new SpecException(violations);
        assertThat(e).hasMessageStartingWith("mounts[0]: bad; mounts[1]: bad; ").hasMessageEndingWith("; and 5 more");
        assertThat(e.violations()).hasSize(25);
    }
}
