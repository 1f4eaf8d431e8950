package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.cgroup.FormerLimits;
import dev.minirt.core.cgroup.LimitException;
import dev.minirt.core.cgroup.device.DeviceFilter;
import dev.minirt.core.cgroup.limit.CgroupLimits;
import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.error.Errno;
import dev.minirt.core.error.MemoryShortage;
import dev.minirt.core.store.CgroupEntry;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.DeviceRule;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Resources;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.SpecReader;
import dev.minirt.spec.json.SpecWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The update operation, which the spec leaves to runtimes: changes limits of a container that lives. All that is asked for is
 * checked before anything is written; what the kernel then refuses undoes the rest.
 */
public final class Updating {
    private static final long LOCK_PATIENCE_MILLISECONDS = 10_000;
    private static final JsonPointer SWAP = JsonPointer.of("/memory/swap");

    private final Surroundings around;
    private final Observer observer;
    private final Function<JsonPointer, String> names;

    /**
     * Updates that call members of the resources as their author does.
     *
     * @param names what a member is called: its place in a document, or a flag
     */
    public Updating(Surroundings around, Function<JsonPointer, String> names) {
        this.around = around;
        this.observer = new Observer(around.processes());
        this.names = names;
    }

    /**
     * Changes the limits that an update names; all others, and the device rules if it has none, stay as they are.
     *
     * @param update a document of its own: the pointers of what is wrong with it begin at its root
     * @throws ContainerException if the container does not live, or a limit cannot be set: then none has changed, or the message says
     *     which
     */
    public void update(ContainerId id, Resources update) {
        var directory = around.store().find(id);
        try (var _ = directory.lock(LOCK_PATIENCE_MILLISECONDS)) {
            var observed = Recordings.of(observer, directory);
            switch (observed.status()) {
                case CREATED, RUNNING, PAUSED -> {}
                case CREATING, STOPPED -> throw Recordings.notRunning();
            }
            var cgroup = Recordings.requireCgroup(observer, observed.container());
            var before = before(directory);
            var merge = LimitMerge.of(before, update);
            apply(observed.container(), cgroup, settings(cgroup, merge.touched(), update), merge.newDevices(before));
            directory.writeResources(SpecWriter.resources(merge.whole(), JsonStyle.COMPACT));
        }
    }

    /** What was asked for so far: by earlier updates, or else by the configuration. */
    private static Resources before(ContainerDirectory directory) {
        var kept = directory.readResources();
        return kept.length > 0
                ? SpecReader.readResources(kept, "the kept limits").document()
                : SpecReader.read(directory.readConfig())
                        .document()
                        .linux()
                        .resources()
                        .orElse(Resources.NONE);
    }

    private List<CgroupSetting> settings(Path path, Resources touched, Resources update) {
        var wrong = new ArrayList<String>();
        var settings = CgroupLimits.of(
                touched,
                new Cgroup(path, around.processes()).presentLimits(),
                around.facts().get().controllers(),
                JsonPointer.ROOT,
                (pointer, why) -> wrong.add(place(pointer, update) + ": " + why));
        if (!wrong.isEmpty()) {
            throw new ContainerException(String.join("; ", wrong));
        }
        return settings;
    }

    /** A limit of before may be what forbids a new one. */
    private String place(JsonPointer pointer, Resources update) {
        boolean isFormer = pointer.equals(SWAP)
                && update.memory().isPresent()
                && update.memory().get().swap().orElse(0) == 0;
        return isFormer ? pointer.field() + ", as it was set before" : names.apply(pointer);
    }

    private void apply(
            ContainerRecord container, Path path, List<CgroupSetting> settings, Optional<List<DeviceRule>> devices) {
        var filter = devices.isPresent() ? DeviceFilter.of(devices.get()) : null;
        var cgroup = new Cgroup(path, around.processes());
        var mount = Path.of(around.facts().get().cgroupRoot().orElseThrow());
        var before = cgroup.memoryShortage();
        boolean bySystemd = container.cgroup().flatMap(CgroupEntry::unit).isPresent();
        var former = FormerLimits.of(path, bySystemd ? settings : List.of());
        try {
            if (!bySystemd) {
                // A file that is not there until its controller is enabled must be undone, too.
                cgroup.enable(mount, settings);
                former = FormerLimits.of(path, settings);
            }
            cgroup.apply(mount, new ContainerUnits(around).announce(container, settings));
            if (filter != null) {
                filterDevices(path, filter);
            }
            tellOfKills(cgroup.memoryShortage().since(before));
        } catch (LimitException e) {
            var cause = e.getCause();
            throw undone(
                    names.apply(e.pointer()) + ": " + (cause == null ? e.getMessage() : cause.getMessage()), former);
        } catch (ContainerException e) {
            throw undone(String.valueOf(e.getMessage()), former);
        }
    }

    /** The kernel takes a limit below what is in use, and while it is written kills processes until the rest fits. */
    private void tellOfKills(MemoryShortage shortage) {
        if (shortage.happened()) {
            around.diary()
                    .trouble(shortage.kills() + " process(es) of the container were " + shortage.words()
                            + "; memory.checkBeforeUpdate in a document refuses such a limit");
        }
    }

    private static ContainerException undone(String reason, FormerLimits former) {
        var left = former.restore();
        return new ContainerException(
                left.isEmpty()
                        ? reason
                        : reason + "; and what was changed before could not be undone: " + String.join(", ", left));
    }

    private void filterDevices(Path path, DeviceFilter filter) {
        int errno = around.driver()
                .filterDevices(path.toString(), filter.allowsEverything() ? new byte[0] : filter.toBytes());
        if (errno != 0) {
            throw new ContainerException(names.apply(JsonPointer.of("/devices"))
                    + ": replace the device filter of cgroup " + path + ": " + Errno.words(errno));
        }
    }
}
