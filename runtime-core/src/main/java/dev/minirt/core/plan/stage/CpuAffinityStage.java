package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.SetCpuAffinity;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * On which CPUs the process runs (P21). What the caller was bound to means nothing for a container, so without a word in the
 * configuration the process gets all that its cgroup has. execCPUAffinity is about processes that join, never about the first.
 */
final class CpuAffinityStage implements Stage {
    private static final Bytes ALL = Bytes.of(new byte[0]);

    private final boolean joins;

    /**
     * A stage.
     *
     * @param joins whether the process joins a container
     */
    CpuAffinityStage(boolean joins) {
        this.joins = joins;
    }

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var pointer = Pointers.PROCESS.child("execCPUAffinity");
        var affinity = spec.process().isEmpty()
                ? null
                : spec.process().get().execCPUAffinity().orElse(null);
        var initial = affinity == null ? null : read(affinity.initial(), pointer.child("initial"), builder);
        var last = affinity == null ? null : read(affinity.finalCpus(), pointer.child("final"), builder);
        if (!joins || (initial == null && last == null)) {
            builder.add(Phase.DETACH_FROM_CALLER, new SetCpuAffinity(ALL), JsonPointer.ROOT);
            return;
        }
        if (initial != null) {
            builder.add(Phase.HOST_PRIVILEGES, new SetCpuAffinity(initial), pointer.child("initial"));
        }
        if (last != null) {
            builder.add(Phase.DETACH_FROM_CALLER, new SetCpuAffinity(last), pointer.child("final"));
        }
    }

    /** An empty list is the same as none. */
    private static @Nullable Bytes read(Optional<String> list, JsonPointer pointer, PlanBuilder builder) {
        if (list.isEmpty() || list.get().isEmpty()) {
            return null;
        }
        var mask = CpuList.mask(list.get());
        if (mask == null) {
            builder.violation(pointer, "is no list of CPUs below " + CpuList.LIMIT + " like \"0-3,7\"");
        }
        return mask;
    }
}
