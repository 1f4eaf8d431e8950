package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.op.CloneTree;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A container in a unit of systemd (C3). */
class UnitPlanTest {
    private static final String SCOPE = "/sys/fs/cgroup/user.slice/a.slice/engine-x.scope";

    /** M14: as podman configures it wherever there is systemd. */
    @Test
    void mountsTheCgroupOfTheUnit() {
        var document = "{'ociVersion':'1.2.0','root':{'path':'rootfs'},"
                + "'mounts':[{'destination':'/sys/fs/cgroup','type':'cgroup','source':'cgroup'}],"
                + "'linux':{'cgroupsPath':'a.slice:engine:x','namespaces':[{'type':'mount'},{'type':'cgroup'}]}}";
        var spec = SpecReader.read(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "config.json")
                .document();
        var options = new PlanOptions(
                "c",
                "/b",
                "/run/minirt/c",
                Optional.empty(),
                false,
                false,
                0,
                022,
                Connections.USUAL,
                Optional.of(new SystemdInstance(false, "/user.slice", 252)));
        var steps = ContainerStages.planner()
                .plan(spec, options, HostFacts.typical())
                .steps();
        assertThat(List.of(SCOPE, SCOPE))
                .isEqualTo(steps.stream()
                        .map(step -> step.action() instanceof Action.Interpreted(var _, var op) ? op : step.action())
                        .map(op -> op instanceof OpenCgroup(var path, var _)
                                ? path
                                : op instanceof CloneTree(var path, var _, var _) ? path : "")
                        .filter(path -> path.startsWith("/sys/fs/cgroup"))
                        .toList());
    }
}
