package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.Capability;
import dev.minirt.core.op.DieWithParent;
import dev.minirt.core.op.DropBoundingCapabilities;
import dev.minirt.core.op.SetGroups;
import dev.minirt.core.op.SetIdentity;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.IdMapping;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;
import dev.minirt.spec.User;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The bounding set, the groups and the ids of the process (P7, P9, P12). */
final class CredentialStage implements Stage {
    /** NGROUPS_MAX, see getgroups(2). */
    private static final int MOST_GROUPS = 65_536;

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty()) {
            return;
        }
        var process = spec.process().get();
        Set<Capability> bounding = EnumSet.noneOf(Capability.class);
        if (process.capabilities().isPresent()) {
            bounding = CapabilityNames.read(
                    process.capabilities().get().bounding(),
                    Pointers.CAPABILITIES.child("bounding"),
                    CapabilityNames.grantable(spec, facts),
                    builder);
        }
        builder.add(
                Phase.CREDENTIALS,
                new DropBoundingCapabilities(bounding),
                process.capabilities().isPresent() ? Pointers.CAPABILITIES.child("bounding") : Pointers.PROCESS);
        var user = process.user();
        mapped(user, spec, builder);
        if (user.additionalGids().size() > MOST_GROUPS) {
            builder.violation(
                    Pointers.USER.child("additionalGids"),
                    "has " + user.additionalGids().size() + " groups, and a process may have " + MOST_GROUPS);
        }
        var groups = new ArrayList<Integer>();
        for (var group : user.additionalGids()) {
            groups.add(group.intValue());
        }
        // An empty list is set too, so that the runtime's groups go. Only a user namespace that somebody else has made
        // may deny that.
        var namespace = spec.linux().namespace(NamespaceType.USER);
        boolean mayBeDenied = facts.inUserNamespace()
                || (namespace != null && namespace.path().isPresent());
        builder.add(
                Phase.CREDENTIALS,
                new SetGroups(groups, mayBeDenied && groups.isEmpty()),
                groups.isEmpty() ? Pointers.USER : Pointers.USER.child("additionalGids"));
        builder.add(Phase.CREDENTIALS, new SetIdentity((int) user.uid(), (int) user.gid()), Pointers.USER);
        // The kernel forgets it when the ids change.
        builder.add(Phase.CREDENTIALS, new DieWithParent(), JsonPointer.ROOT);
    }

    /** Ids of a new user namespace must be mapped; of a joined one only the kernel knows. */
    private static void mapped(User user, Spec spec, PlanBuilder builder) {
        var linux = spec.linux();
        if (!linux.createsNamespace(NamespaceType.USER)) {
            return;
        }
        mapped(user.uid(), linux.uidMappings(), Pointers.USER.child("uid"), "linux.uidMappings", builder);
        mapped(user.gid(), linux.gidMappings(), Pointers.USER.child("gid"), "linux.gidMappings", builder);
        var groups = Pointers.USER.child("additionalGids");
        for (int i = 0; i < user.additionalGids().size(); i++) {
            mapped(user.additionalGids().get(i), linux.gidMappings(), groups.child(i), "linux.gidMappings", builder);
        }
    }

    private static void mapped(
            long id, List<IdMapping> mappings, JsonPointer pointer, String where, PlanBuilder builder) {
        for (var mapping : mappings) {
            if (id >= mapping.containerID() && id - mapping.containerID() < mapping.size()) {
                return;
            }
        }
        builder.violation(pointer, id + " is not mapped by " + where);
    }
}
