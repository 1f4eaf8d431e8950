package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Bytes;
import dev.minirt.spec.IndexList;
import org.jspecify.annotations.Nullable;

/** Lists of CPUs as masks: sched_setaffinity(2). */
final class CpuList {
    /** As many CPUs as a kernel can be built for. */
    static final int LIMIT = 8192;

    private CpuList() {}

    /** The mask of a list like {@code 0-3,7}, bit n of the little-endian number being CPU n; null if it is no such list, or names none. */
    static @Nullable Bytes mask(String list) {
        var cpus = IndexList.read(list, LIMIT);
        return cpus == null || cpus.isEmpty() ? null : Bytes.of(cpus.toByteArray());
    }
}
