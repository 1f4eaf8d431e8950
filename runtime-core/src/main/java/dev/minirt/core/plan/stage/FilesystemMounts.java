package dev.minirt.core.plan.stage;

import dev.minirt.core.linux.Propagation;
import dev.minirt.core.mount.MountOptions;
import dev.minirt.core.op.MountFilesystem;
import dev.minirt.core.op.ReconfigureMount;
import dev.minirt.core.op.Slot;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Mount;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Spec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Mounts that are no binds: new file systems, and changes of mounts that exist. */
final class FilesystemMounts {
    /** A link in the place of these would lead writes of ours, and of the program, to a fake (CVE-2019-19921). */
    private static final Set<String> REAL_DIRECTORIES_ONLY = Set.of("proc", "sysfs");

    /** File systems that take no SELinux context, or one for all their users. */
    private static final Set<String> WITHOUT_CONTEXT = Set.of("proc", "sysfs", "mqueue", "cgroup", "cgroup2");

    private final Spec spec;
    private final PlanOptions options;
    private final HostFacts facts;
    private final BindMounts binds;
    private final PlanBuilder builder;

    FilesystemMounts(Spec spec, PlanOptions options, HostFacts facts, BindMounts binds, PlanBuilder builder) {
        this.spec = spec;
        this.options = options;
        this.facts = facts;
        this.binds = binds;
        this.builder = builder;
    }

    void mount(Mount mount, MountOptions read, String destination, JsonPointer pointer) {
        var type = mount.type().orElseThrow();
        switch (type) {
            case "cgroup", "cgroup2" -> cgroup(mount, read, destination, pointer);
            case "sysfs" -> make(type, mount, read, destination, sysfsFallback(read, pointer), pointer);
            default -> make(type, mount, read, destination, Optional.empty(), pointer);
        }
    }

    /**
     * A view of the cgroup hierarchy (M14): with a cgroup namespace of its own the container sees its own cgroup, with
     * the runtime's all of it. Either is a copy of the host's mount: a new mount from the first cgroup namespace would
     * change options of the one cgroup2 file system for everybody, and take nsdelegate and memory_recursiveprot from it.
     */
    private void cgroup(Mount mount, MountOptions read, String destination, JsonPointer pointer) {
        if (facts.cgroupRoot().isEmpty()) {
            return; // CgroupStage has said so.
        }
        if (spec.linux().createsNamespace(NamespaceType.CGROUP)) {
            var tree = cut(CgroupPath.place(spec, options, facts), read, pointer);
            binds.attach(tree, destination, read.propagations(), pointer);
            return;
        }
        if (!spec.linux().hasNamespace(NamespaceType.CGROUP)) {
            var tree = cut(facts.cgroupRoot().get(), withoutOptions(read), pointer);
            binds.attach(tree, destination, read.propagations(), pointer);
            return;
        }
        // In one that is joined the kernel decides whether we may; if not, the runtime's own mount
        // with the same attributes, so that read-only stays read-only (CVE-2023-25809).
        var fallback = cut(facts.cgroupRoot().get(), withoutOptions(read), pointer);
        make("cgroup2", mount, read, destination, Optional.of(fallback), pointer);
    }

    /** In a user namespace that does not own its network namespace a new sysfs is refused (M14). */
    private Optional<Slot> sysfsFallback(MountOptions read, JsonPointer pointer) {
        var linux = spec.linux();
        boolean mapped = linux.hasNamespace(NamespaceType.USER) || facts.inUserNamespace();
        boolean refused = mapped && !linux.createsNamespace(NamespaceType.NETWORK);
        // Where the runtime itself is in one, what is mounted below /sys cannot be taken off.
        return refused
                ? Optional.of(cut("/sys", facts.inUserNamespace(), withoutOptions(read), pointer))
                : Optional.empty();
    }

    private Slot cut(String source, MountOptions read, JsonPointer pointer) {
        return cut(source, false, read, pointer);
    }

    private Slot cut(String source, boolean recursive, MountOptions read, JsonPointer pointer) {
        return binds.tree(source, recursive, read, new TreePropagation.Change(Propagation.SLAVE, true), pointer);
    }

    /** Options of a file system mean nothing for a copy that stands in for it. */
    private static MountOptions withoutOptions(MountOptions read) {
        return new MountOptions(
                read.bind(),
                read.recursive(),
                read.remount(),
                read.copyUp(),
                read.idMap(),
                read.attributes(),
                read.recursiveAttributes(),
                read.propagations(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private void make(
            String type,
            Mount mount,
            MountOptions read,
            String destination,
            Optional<Slot> fallback,
            JsonPointer pointer) {
        var source = mount.source().orElse("");
        var words = new ArrayList<String>();
        for (var option : read.options()) {
            words.add(option.text());
        }
        words.addAll(read.flags());
        // Of a device the file system itself must be read-only, since the device may be.
        if (read.readOnly() && source.startsWith("/")) {
            words.add("ro");
        }
        context(type, words);
        var attributes = new LinkedHashSet<>(read.attributes().set());
        attributes.addAll(read.recursiveAttributes().set());
        builder.add(
                Phase.MOUNTS,
                new MountFilesystem(
                        type,
                        source,
                        words,
                        read.toleratedFlags(),
                        attributes,
                        destination,
                        type.equals("tmpfs") && !read.hasOption("mode"),
                        read.copyUp(),
                        REAL_DIRECTORIES_ONLY.contains(type),
                        read.propagations(),
                        fallback),
                pointer);
    }

    /** The label of {@code linux.mountLabel}, unless the mount brings its own (N12). */
    private void context(String type, List<String> words) {
        if (spec.linux().mountLabel().isEmpty() || WITHOUT_CONTEXT.contains(type)) {
            return;
        }
        for (var word : words) {
            if (word.startsWith("context=")) {
                return;
            }
        }
        words.add("context=" + spec.linux().mountLabel().get());
    }

    /** The option {@code remount}: with {@code bind} only this mount changes, else its file system too (M5). */
    void reconfigure(MountOptions read, String destination, JsonPointer pointer) {
        boolean filesystem = !read.bind();
        var words = new ArrayList<String>();
        if (filesystem) {
            for (var option : read.options()) {
                words.add(option.text());
            }
            words.addAll(read.flags());
            words.addAll(read.clearedFlags());
        }
        var attributes = read.attributes();
        builder.add(
                Phase.MOUNTS,
                new ReconfigureMount(
                        destination,
                        filesystem && !words.isEmpty(),
                        words,
                        false,
                        attributes.set(),
                        attributes.clear(),
                        read.propagations()),
                pointer);
        var all = read.recursiveAttributes();
        if (!all.isEmpty()) {
            builder.add(
                    Phase.MOUNTS,
                    new ReconfigureMount(destination, false, List.of(), true, all.set(), all.clear(), List.of()),
                    pointer);
        }
    }
}
