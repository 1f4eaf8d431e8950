package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.Propagation;
import dev.minirt.core.op.AttachRootfs;
import dev.minirt.core.op.AttachRootfsApart;
import dev.minirt.core.op.CloneTree;
import dev.minirt.core.op.OpenPath;
import dev.minirt.core.op.SetRootPropagation;
import dev.minirt.core.op.SetTreeAttributes;
import dev.minirt.core.op.Slot;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;
import java.util.Set;

/** The root file system and how mounts propagate to and from it (G7, N9). */
final class RootfsStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var path = ContainerPath.onHost(spec.root().path(), options.bundle());
        var slot = builder.slot("rootfs");
        var propagation = TreePropagation.of(spec.linux().rootfsPropagation());
        var pointer = spec.linux().rootfsPropagation().isPresent()
                ? Pointers.LINUX.child("rootfsPropagation")
                : JsonPointer.ROOT;
        builder.add(Phase.OPEN_HOST_HANDLES, new CloneTree(path, true, slot), Pointers.ROOT_PATH);
        var cut = propagation.root();
        builder.add(
                Phase.PREPARE_TREES,
                new SetTreeAttributes(slot, cut.recursive(), Set.of(), Set.of(), cut.type()),
                pointer);
        boolean own = spec.linux().createsNamespace(NamespaceType.MOUNT);
        if (own) {
            // All that comes from the host comes as a tree of its own, so whatever rootfsPropagation says, this copy
            // of the host's mounts needs no way back to the host, and is detached soon.
            builder.add(Phase.PROPAGATION, new SetRootPropagation(Propagation.SLAVE, true), pointer);
        }
        if (own) {
            builder.add(Phase.ROOTFS, new AttachRootfs(slot, path), Pointers.ROOT_PATH);
        } else {
            apart(spec, slot, options, builder);
        }
        if (propagation.late().isPresent()) {
            var late = propagation.late().get();
            builder.add(Phase.ROOT_PROPAGATION, new SetRootPropagation(late.type(), late.recursive()), pointer);
        }
    }

    /**
     * Others use the mount namespace: everything that the container mounts lies below one mount, on a directory that goes with the
     * container, so that delete can take away that one and nothing else (L11).
     */
    private static void apart(Spec spec, Slot tree, PlanOptions options, PlanBuilder builder) {
        var joined = spec.linux().hasNamespace(NamespaceType.MOUNT);
        var pointer = joined
                ? NamespaceStage.pointer(spec.linux(), NamespaceType.MOUNT).child("path")
                : Pointers.ROOT_PATH;
        var place = builder.slot("place of the rootfs");
        builder.add(Phase.OPEN_HOST_HANDLES, new OpenPath(options.rootMountPoint(), true, place), pointer);
        builder.add(Phase.ROOTFS, new AttachRootfsApart(tree, place, options.rootMountPoint()), pointer);
    }
}
