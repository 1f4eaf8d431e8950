package dev.minirt.core.plan.stage;

import dev.minirt.core.cgroup.device.DeviceFilter;
import dev.minirt.core.linux.Propagation;
import dev.minirt.core.op.AttachDeviceFilter;
import dev.minirt.core.op.AttachTree;
import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.SetTreeAttributes;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Device;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Resources;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Device files and the filter on their use (D1 to D9, C7, C8; config-linux.md#devices). */
final class DeviceStage implements Stage {
    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        // A /dev from the host is the host's business: nodes made or owned anew in it would be so on the host.
        boolean foreignDev = MountStage.bindsDev(spec);
        var listed = new HashSet<String>();
        for (int i = 0; i < spec.linux().devices().size(); i++) {
            var device = spec.linux().devices().get(i);
            var node = DeviceNode.of(device);
            listed.add(node.path());
            if (!foreignDev || !ContainerPath.within(node.path(), "/dev")) {
                make(node, Optional.of(device), mayMake(spec, facts), spec, Pointers.DEVICES.child(i), builder);
            }
        }
        for (var node : DeviceNode.DEFAULTS) {
            if (!foreignDev && !listed.contains(node.path())) {
                make(node, Optional.empty(), mayMake(spec, facts), spec, JsonPointer.ROOT, builder);
            }
        }
        filter(
                spec.linux().resources().orElse(Resources.NONE),
                facts.inUserNamespace(),
                CgroupStage.hasCgroup(spec, options, facts),
                builder);
    }

    /**
     * Attached while we still have privileges over the host; init is born under it. Who has none cannot attach it, nor make a device: then the container may
     * use what its caller may.
     */
    private static void filter(Resources resources, boolean inUserNamespace, boolean hasCgroup, PlanBuilder builder) {
        try {
            var filter = DeviceFilter.of(resources.devices());
            if (inUserNamespace || !hasCgroup) {
                if (!resources.devices().isEmpty() && !filter.allowsEverything()) {
                    builder.warn(
                            Pointers.RESOURCES.child("devices"),
                            inUserNamespace
                                    ? "has no effect: the caller is in a user namespace, and a device filter needs CAP_BPF over the host"
                                    : "has no effect: the caller may use no cgroup that a device filter could be attached to");
                }
            } else if (!filter.allowsEverything()) {
                builder.add(
                        Phase.HOST_PRIVILEGES,
                        new AttachDeviceFilter(builder.slot(CgroupStage.SLOT), Bytes.of(filter.toBytes())),
                        resources.devices().isEmpty() ? JsonPointer.ROOT : Pointers.RESOURCES.child("devices"));
            }
        } catch (SpecException e) {
            builder.violations(e.violations());
        }
    }

    /** mknod(2) of a device takes CAP_MKNOD over the host. */
    private static boolean mayMake(Spec spec, HostFacts facts) {
        return !spec.linux().hasNamespace(NamespaceType.USER) && !facts.inUserNamespace();
    }

    private static void make(
            DeviceNode node,
            Optional<Device> listed,
            boolean mayMake,
            Spec spec,
            JsonPointer pointer,
            PlanBuilder builder) {
        if (mayMake || node.type() == DeviceNode.FIFO) {
            builder.add(Phase.DEVICES, node.operation(), pointer);
            return;
        }
        // In a user namespace, the runtime's own as well, nobody may make a device; the host's own node is taken, as it
        // is (D6).
        if (!spec.linux().hasNamespace(NamespaceType.MOUNT)) {
            var message = node.path() + " cannot be made: a user namespace allows no mknod, and without a mount"
                    + " namespace there is no other way";
            if (pointer.isRoot()) {
                builder.warn(Pointers.DEVICES, message);
            } else {
                builder.violation(pointer, message);
            }
            return;
        }
        boolean verify = listed.isPresent() && listed.get().fileMode().isPresent();
        if (listed.isPresent()
                && (listed.get().uid().isPresent() || listed.get().gid().isPresent())) {
            builder.warn(
                    listed.get().uid().isPresent() ? pointer.child("uid") : pointer.child("gid"),
                    "has no effect: in a user namespace " + node.path() + " is the host's own device, with its owner");
        }
        var tree = builder.slot("device " + node.path());
        builder.add(Phase.OPEN_HOST_HANDLES, node.clone(tree, verify), verify ? pointer.child("fileMode") : pointer);
        // Else what the container mounts on the node would appear on the host's.
        builder.add(
                Phase.PREPARE_TREES,
                new SetTreeAttributes(tree, false, Set.of(), Set.of(), Propagation.PRIVATE),
                pointer);
        builder.add(Phase.DEVICES, new AttachTree(tree, node.path(), false, List.of()), pointer);
    }
}
