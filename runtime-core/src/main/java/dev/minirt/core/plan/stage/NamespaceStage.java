package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.CloneFlag;
import dev.minirt.core.op.BecomeNamespaceRoot;
import dev.minirt.core.op.CloneInit;
import dev.minirt.core.op.CreateCgroupNamespace;
import dev.minirt.core.op.CreateTimeNamespace;
import dev.minirt.core.op.DieWithParent;
import dev.minirt.core.op.EnterCgroupNamespace;
import dev.minirt.core.op.JoinNamespaces;
import dev.minirt.core.op.OpenNamespace;
import dev.minirt.core.op.WriteIdMappings;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.Clock;
import dev.minirt.spec.IdMapping;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Linux;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Namespaces to create and to join, and the mappings of a user namespace (N1 to N7, config-linux.md#namespaces). */
final class NamespaceStage implements Stage {
    /**
     * The user namespace first: what is joined or made after it may belong to it. The mount namespace last: it takes the
     * host's paths away.
     */
    private static final List<NamespaceType> JOIN_ORDER = List.of(
            NamespaceType.USER,
            NamespaceType.IPC,
            NamespaceType.UTS,
            NamespaceType.NETWORK,
            NamespaceType.PID,
            NamespaceType.CGROUP,
            NamespaceType.TIME,
            NamespaceType.MOUNT);

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        var linux = spec.linux();
        create(linux, CgroupStage.hasCgroup(spec, options, facts), builder);
        // Time before joining, which may take away the host's /proc.
        time(linux, builder);
        join(linux, builder);
        user(linux, builder);
        enterCgroupNamespace(linux, builder);
        if (linux.createsNamespace(NamespaceType.CGROUP)) {
            builder.add(Phase.ISOLATE, new CreateCgroupNamespace(), pointer(linux, NamespaceType.CGROUP));
        }
    }

    private static void create(Linux linux, boolean inCgroup, PlanBuilder builder) {
        Set<CloneFlag> flags = EnumSet.noneOf(CloneFlag.class);
        for (var namespace : linux.namespaces()) {
            if (namespace.path().isEmpty()) {
                switch (namespace.type()) {
                    case MOUNT -> flags.add(CloneFlag.NEWNS);
                    case UTS -> flags.add(CloneFlag.NEWUTS);
                    case IPC -> flags.add(CloneFlag.NEWIPC);
                    case USER -> flags.add(CloneFlag.NEWUSER);
                    case PID -> flags.add(CloneFlag.NEWPID);
                    case NETWORK -> flags.add(CloneFlag.NEWNET);
                    // By unshare: a cgroup namespace is rooted where its maker is, and a time namespace
                    // takes its offsets before the first process enters.
                    case CGROUP, TIME -> {}
                }
            }
        }
        builder.add(
                Phase.CLONE,
                new CloneInit(
                        flags,
                        inCgroup ? Optional.of(builder.slot(CgroupStage.SLOT)) : Optional.empty(),
                        Optional.empty()),
                linux.namespaces().isEmpty() ? JsonPointer.ROOT : Pointers.NAMESPACES);
    }

    private static void join(Linux linux, PlanBuilder builder) {
        var slots = new ArrayList<Integer>();
        var types = new ArrayList<Integer>();
        for (var type : JOIN_ORDER) {
            if (type == NamespaceType.CGROUP && entersCgroupNamespaceLate(linux)) {
                continue;
            }
            var namespace = linux.namespace(type);
            if (namespace != null && namespace.path().isPresent()) {
                var slot = builder.slot("namespace " + type);
                var kind = kind(type);
                builder.add(
                        Phase.OPEN_HOST_HANDLES,
                        new OpenNamespace(namespace.path().get(), kind, slot),
                        pointer(linux, type).child("path"));
                slots.add(slot.number());
                types.add(kind.value());
            }
        }
        if (!slots.isEmpty()) {
            builder.add(Phase.JOIN_NAMESPACES, new JoinNamespaces(slots, types), Pointers.NAMESPACES);
        }
    }

    /**
     * Who is outside of a cgroup namespace may not put a process into a cgroup of it, nor the other way round (nsdelegate): so init is born first. In a new
     * user namespace it would have no right to join one of the host's any more.
     */
    private static boolean entersCgroupNamespaceLate(Linux linux) {
        return !linux.createsNamespace(NamespaceType.USER);
    }

    private static void enterCgroupNamespace(Linux linux, PlanBuilder builder) {
        var namespace = linux.namespace(NamespaceType.CGROUP);
        if (namespace == null || namespace.path().isEmpty() || !entersCgroupNamespaceLate(linux)) {
            return;
        }
        var pointer = pointer(linux, NamespaceType.CGROUP).child("path");
        var slot = builder.slot("namespace " + NamespaceType.CGROUP);
        builder.add(
                Phase.OPEN_HOST_HANDLES,
                new OpenNamespace(namespace.path().get(), kind(NamespaceType.CGROUP), slot),
                pointer);
        builder.add(Phase.ISOLATE, new EnterCgroupNamespace(slot), pointer);
    }

    private static void user(Linux linux, PlanBuilder builder) {
        var creates = linux.createsNamespace(NamespaceType.USER);
        if (creates) {
            var uids = Pointers.LINUX.child("uidMappings");
            var gids = Pointers.LINUX.child("gidMappings");
            needMapping(linux.uidMappings(), uids, builder);
            needMapping(linux.gidMappings(), gids, builder);
            builder.add(
                    Phase.MAP_IDS, new WriteIdMappings(lines(linux.uidMappings()), lines(linux.gidMappings())), uids);
        }
        becomeRoot(linux, builder);
    }

    /** In a user namespace, new or joined, init is nobody until it takes on an id that is mapped. */
    static void becomeRoot(Linux linux, PlanBuilder builder) {
        if (linux.hasNamespace(NamespaceType.USER)) {
            builder.add(
                    Phase.NAMESPACE_ROOT,
                    new BecomeNamespaceRoot(first(linux.uidMappings()), first(linux.gidMappings())),
                    pointer(linux, NamespaceType.USER));
            // The kernel forgets it when credentials change.
            builder.add(Phase.NAMESPACE_ROOT, new DieWithParent(), JsonPointer.ROOT);
        }
    }

    private static void needMapping(List<IdMapping> mappings, JsonPointer pointer, PlanBuilder builder) {
        if (mappings.isEmpty()) {
            builder.violation(pointer, "a new user namespace needs a mapping");
        }
    }

    private static String lines(List<IdMapping> mappings) {
        var lines = new StringBuilder();
        for (var mapping : mappings) {
            lines.append(mapping.containerID())
                    .append(' ')
                    .append(mapping.hostID())
                    .append(' ')
                    .append(mapping.size())
                    .append('\n');
        }
        return lines.toString();
    }

    /** The id of root if it is mapped, or if we cannot know because the namespace is joined; else the first that is. */
    private static int first(List<IdMapping> mappings) {
        for (var mapping : mappings) {
            if (mapping.containerID() == 0 && mapping.size() > 0) {
                return 0;
            }
        }
        return mappings.isEmpty() ? 0 : (int) mappings.getFirst().containerID();
    }

    private static void time(Linux linux, PlanBuilder builder) {
        var pointer = Pointers.LINUX.child("timeOffsets");
        var creates = linux.createsNamespace(NamespaceType.TIME);
        if (!linux.timeOffsets().isEmpty() && !creates) {
            builder.violation(pointer, "needs a new time namespace");
        }
        if (creates) {
            var lines = new StringBuilder();
            for (var clock : Clock.values()) {
                var offset = linux.timeOffsets().get(clock);
                if (offset != null) {
                    lines.append(clock.specName().toLowerCase(Locale.ROOT))
                            .append(' ')
                            .append(offset.secs())
                            .append(' ')
                            .append(offset.nanosecs())
                            .append('\n');
                }
            }
            builder.add(
                    Phase.JOIN_NAMESPACES,
                    new CreateTimeNamespace(lines.toString()),
                    linux.timeOffsets().isEmpty() ? pointer(linux, NamespaceType.TIME) : pointer);
        }
    }

    /** The entry of a type, or the list if there is none. */
    static JsonPointer pointer(Linux linux, NamespaceType type) {
        for (int i = 0; i < linux.namespaces().size(); i++) {
            if (linux.namespaces().get(i).type() == type) {
                return Pointers.NAMESPACES.child(i);
            }
        }
        return Pointers.NAMESPACES;
    }

    private static dev.minirt.core.linux.NamespaceType kind(NamespaceType type) {
        return switch (type) {
            case USER -> dev.minirt.core.linux.NamespaceType.USER;
            case MOUNT -> dev.minirt.core.linux.NamespaceType.MOUNT;
            case PID -> dev.minirt.core.linux.NamespaceType.PID;
            case NETWORK -> dev.minirt.core.linux.NamespaceType.NETWORK;
            case IPC -> dev.minirt.core.linux.NamespaceType.IPC;
            case UTS -> dev.minirt.core.linux.NamespaceType.UTS;
            case CGROUP -> dev.minirt.core.linux.NamespaceType.CGROUP;
            case TIME -> dev.minirt.core.linux.NamespaceType.TIME;
        };
    }
}
