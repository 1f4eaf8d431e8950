package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row C5: when the container's cgroup is given to its user, and to whom. */
class CgroupDelegationTest {
    private static final String USER = ",{'type':'user'}";
    private static final String MAPPED = "'uidMappings':[{'containerID':0,'hostID':100000,'size':65536}],"
            + "'gidMappings':[{'containerID':0,'hostID':100000,'size':65536}],";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cgroup | ''   | /sys/fs/cgroup  | cgroup | nosuid   | 7 | 7",
                "cgroup | ''   | /sys//fs/cgroup/ | cgroup | ro,rw   | 0 | 0",
                "cgroup | user | /sys/fs/cgroup  | cgroup | rw       | 7 | 100007",
                "cgroup | user | /sys/fs/cgroup  | cgroup | rw       | 0 | 100000",
                "cgroup | ''   | /sys/fs/cgroup  | cgroup | nosuid,ro | 7 | none",
                "cgroup | ''   | /sys/fs/cgroup  | cgroup | rro      | 7 | none",
                "cgroup | ''   | /sys/fs/cgroup  | other  | rw       | 7 | none",
                "cgroup | ''   | /cgroup         | cgroup | rw       | 7 | none",
                "uts    | ''   | /sys/fs/cgroup  | cgroup | rw       | 7 | none",
            })
    void followsTheSpecification(
            String namespace, String user, String destination, String source, String options, long uid, String owner) {
        var config = """
                {'ociVersion':'1.2.0','root':{'path':'rootfs'},
                 'process':{'cwd':'/','args':['sh'],'user':{'uid':%d,'gid':0}},
                 'mounts':[{'destination':'%s','type':'cgroup','source':'%s','options':['%s']}],
                 'linux':{%s'cgroupsPath':'/x','namespaces':[{'type':'mount'},{'type':'%s'}%s]}}
                """.formatted(
                        uid,
                        destination,
                        source,
                        options.replace(",", "','"),
                        user.isEmpty() ? "" : MAPPED,
                        namespace,
                        user.isEmpty() ? "" : USER)
                .replace('\'', '"');
        var spec = SpecReader.read(config.getBytes(StandardCharsets.UTF_8)).document();
        var options1 = new PlanOptions("c1", "/bundle", "/run/c1", Optional.empty(), false, false, 0, 022);
        var plan = ContainerStages.planner().plan(spec, options1, HostFacts.typical());
        var found = "none";
        for (var step : plan.steps()) {
            if (step.action() instanceof HostAction.DelegateCgroup(var path, long to)) {
                assertThat(path).isEqualTo("/sys/fs/cgroup/x");
                assertThat(step.pointer().text()).isEqualTo("/mounts/0");
                found = Long.toString(to);
            }
        }
        assertThat(found).isEqualTo(owner);
    }
}
