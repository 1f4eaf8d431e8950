package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.MountAttribute;
import dev.minirt.core.linux.Propagation;
import dev.minirt.core.mount.MountOptions;
import dev.minirt.core.op.AttachTree;
import dev.minirt.core.op.CloneTree;
import dev.minirt.core.op.SetTreeAttributes;
import dev.minirt.core.op.Slot;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Mount;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Spec;
import java.util.List;
import java.util.Set;

/**
 * Binds: a tree is cloned while the host's paths are visible, gets its attributes while it is attached nowhere, and is then
 * attached below the root. So there is no moment at which it is writable, and nothing is ever looked up twice.
 */
final class BindMounts {
    private final PlanOptions options;
    private final PlanBuilder builder;
    private final TreePropagation propagation;
    private final boolean inPlace;

    BindMounts(Spec spec, PlanOptions options, PlanBuilder builder) {
        this.options = options;
        this.builder = builder;
        this.propagation = TreePropagation.of(spec.linux().rootfsPropagation());
        // In a new mount namespace the host's paths still lead to the same files, and a clone made there, where its
        // turn is,
        // stands in the table of mounts in the config's order. Not where the mapped root of a user namespace may not
        // reach the source, nor for a bind that is to stay a peer of the host's mount: the namespace's copies are
        // slaves.
        this.inPlace = spec.linux().createsNamespace(NamespaceType.MOUNT)
                && !spec.linux().hasNamespace(NamespaceType.USER)
                && propagation.binds().type() != Propagation.UNCHANGED;
    }

    /** A bind mount (M3, M4, M7, M10). */
    void bind(Mount mount, MountOptions read, String destination, JsonPointer pointer) {
        if (mount.source().isEmpty()) {
            builder.violation(pointer.child("source"), "is missing: a bind mount needs one");
            return;
        }
        var source = ContainerPath.onHost(mount.source().get(), options.bundle());
        var tree = tree(source, read.recursive(), read, propagation.binds(), pointer);
        attach(tree, destination, read.propagations(), pointer);
    }

    /** A tree of the host with all its attributes, attached nowhere yet. */
    Slot tree(String source, boolean recursive, MountOptions read, TreePropagation.Change cut, JsonPointer pointer) {
        leaveOut(read, pointer);
        var tree = builder.slot(pointer.field());
        builder.add(inPlace ? Phase.MOUNTS : Phase.OPEN_HOST_HANDLES, new CloneTree(source, recursive, tree), pointer);
        var attributes = read.attributes();
        // A tree of one mount needs one call, one of several a call of its own for what concerns only the topmost.
        boolean together = !recursive || attributes.isEmpty();
        if (!together) {
            change(tree, false, attributes.set(), attributes.clear(), Propagation.UNCHANGED, pointer);
            change(tree, true, Set.of(), Set.of(), cut.type(), pointer);
        } else {
            change(tree, recursive && cut.recursive(), attributes.set(), attributes.clear(), cut.type(), pointer);
        }
        var all = read.recursiveAttributes();
        change(tree, true, all.set(), all.clear(), Propagation.UNCHANGED, pointer);
        return tree;
    }

    private void change(
            Slot tree,
            boolean recursive,
            Set<MountAttribute> set,
            Set<MountAttribute> clear,
            Propagation type,
            JsonPointer pointer) {
        if (!set.isEmpty() || !clear.isEmpty() || type != Propagation.UNCHANGED) {
            builder.add(
                    inPlace ? Phase.MOUNTS : Phase.PREPARE_TREES,
                    new SetTreeAttributes(tree, recursive, set, clear, type),
                    pointer);
        }
    }

    /** Attaches a tree below the root. */
    void attach(Slot tree, String destination, List<Integer> propagations, JsonPointer pointer) {
        builder.add(Phase.MOUNTS, new AttachTree(tree, destination, false, propagations), pointer);
    }

    /** A bind has no file system of its own to give options to; mount(2) ignores them too, so configs have them. */
    private void leaveOut(MountOptions read, JsonPointer pointer) {
        for (var option : read.options()) {
            builder.warn(
                    pointer.child("options").child(option.index()),
                    Quoted.of(option.text()) + " has no effect on a bind mount");
        }
        for (var flag : read.flags()) {
            builder.warn(pointer.child("options"), Quoted.of(flag) + " has no effect on a bind mount");
        }
    }
}
