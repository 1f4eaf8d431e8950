package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.Propagation;
import dev.minirt.spec.RootfsPropagation;
import java.util.Optional;

/**
 * What {@code linux.rootfsPropagation} means for the trees that a container takes from the host (N9).
 *
 * <p>A tree fresh from the host is a peer of what it was taken from: a mount in it would appear on the host. So the root is
 * always cut off first; only then may it become shared, with peers inside the container. Binds stay peers of the host only if
 * the config says {@code shared}: engines ask for that when a volume is to propagate both ways.
 *
 * @param root what to do with the tree of the root file system before it is attached
 * @param binds what to do with each bind before its own options
 * @param late what to do with the container's root when it is complete
 */
record TreePropagation(Change root, Change binds, Optional<Change> late) {
    /**
     * A change of type.
     *
     * @param type the type, or UNCHANGED
     * @param recursive for all mounts of the tree
     */
    record Change(Propagation type, boolean recursive) {}

    private static final Change CUT = new Change(Propagation.SLAVE, true);
    private static final Change APART = new Change(Propagation.PRIVATE, true);
    private static final Change PEERS = new Change(Propagation.UNCHANGED, false);

    static TreePropagation of(Optional<RootfsPropagation> asked) {
        return switch (asked.orElse(RootfsPropagation.RSLAVE)) {
            case SLAVE, RSLAVE -> new TreePropagation(CUT, CUT, Optional.empty());
            case PRIVATE, RPRIVATE -> new TreePropagation(APART, APART, Optional.empty());
            case SHARED -> new TreePropagation(CUT, PEERS, late(Propagation.SHARED, false));
            case RSHARED -> new TreePropagation(CUT, PEERS, late(Propagation.SHARED, true));
            case UNBINDABLE -> new TreePropagation(APART, APART, late(Propagation.UNBINDABLE, false));
            case RUNBINDABLE -> new TreePropagation(APART, APART, late(Propagation.UNBINDABLE, true));
        };
    }

    private static Optional<Change> late(Propagation type, boolean recursive) {
        return Optional.of(new Change(type, recursive));
    }
}
