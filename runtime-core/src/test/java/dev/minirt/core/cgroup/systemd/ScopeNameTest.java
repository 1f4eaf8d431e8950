package dev.minirt.core.cgroup.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("C3: names of units and slices")
class ScopeNameTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            machine.slice:libpod:0af3      | libpod-0af3.scope      | /machine.slice/libpod-0af3.scope
            system.slice:docker:0af3       | docker-0af3.scope      | /system.slice/docker-0af3.scope
            :docker:0af3                   | docker-0af3.scope      | /system.slice/docker-0af3.scope
            -.slice:a:b                    | a-b.scope              | /a-b.scope
            a-b-c.slice:crio:x             | crio-x.scope           | /a.slice/a-b.slice/a-b-c.slice/crio-x.scope
            kubepods-pod1_2.slice:cri-containerd:x.y | cri-containerd-x.y.scope | /kubepods.slice/kubepods-pod1_2.slice/cri-containerd-x.y.scope
            system.slice::x                | -x.scope               | /system.slice/-x.scope
            a.slice:ignored:a-b.slice      | a-b.slice              | /a.slice/a-b.slice
            -.slice:ignored:top.slice      | top.slice              | /top.slice
            """)
    void areMadeOfTheThreeParts(String cgroupsPath, String unit, String path) {
        var name = ScopeName.of(Optional.of(cgroupsPath), "id", false);
        assertThat(name.unit()).isEqualTo(unit);
        assertThat(name.path()).isEqualTo(path);
        assertThat(name.isSlice()).isEqualTo(unit.endsWith(".slice"));
    }

    @Test
    void haveDefaultsForSystemAndUser() {
        assertThat(ScopeName.of(Optional.empty(), "c1", false).path()).isEqualTo("/system.slice/minirt-c1.scope");
        assertThat(ScopeName.of(Optional.empty(), "c1", true).path()).isEqualTo("/user.slice/minirt-c1.scope");
        assertThat(ScopeName.of(Optional.of(":p:n"), "c1", true).path()).isEqualTo("/user.slice/p-n.scope");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/some/path",
                "relative",
                "a.slice:b",
                "a.slice:b:c:d",
                "a.slice:b:",
                "a:b:c",
                ".slice:b:c",
                "-a.slice:b:c",
                "a-.slice:b:c",
                "a--b.slice:b:c",
                "a/b.slice:b:c",
                "../a.slice:b:c",
                "a.slice:b:../../escape",
                "a.slice:b:with blank",
                "a.slice:b@c:d",
                "a.slice:b:ä",
                "a.slice:x:b.slice",
                "system.slice:x:-.slice"
            })
    void areRefusedWhereSystemdWouldRefuseThem(String cgroupsPath) {
        assertThatThrownBy(() -> ScopeName.of(Optional.of(cgroupsPath), "id", false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void areRefusedIfTooLong() {
        assertThatThrownBy(() -> ScopeName.of(Optional.of("a.slice:b:" + "c".repeat(250)), "id", false))
                .hasMessageContaining("255");
    }
}
