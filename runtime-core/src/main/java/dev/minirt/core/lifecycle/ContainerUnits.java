package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.cgroup.systemd.ContainerUnit;
import dev.minirt.core.cgroup.systemd.LimitProperties;
import dev.minirt.core.cgroup.systemd.ScopeName;
import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.store.CgroupEntry;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.core.store.UnitEntry;
import dev.minirt.core.systemd.LoadedUnit;
import dev.minirt.core.systemd.NoSystemdException;
import dev.minirt.core.systemd.SilentSystemdException;
import dev.minirt.core.systemd.Systemd;
import dev.minirt.core.systemd.SystemdException;
import dev.minirt.spec.ContainerStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Changes and removes the cgroups of containers, also of those that are units of systemd. */
final class ContainerUnits {
    private final Surroundings around;

    ContainerUnits(Surroundings around) {
        this.around = around;
    }

    /** What its record says of the systemd that has a unit. */
    static SystemdInstance instance(UnitEntry unit) {
        return new SystemdInstance(unit.user(), unit.controlGroup(), unit.version());
    }

    /**
     * Has systemd know of changed limits, before they are written to the cgroup's files.
     *
     * @return the settings that are to be written
     */
    List<CgroupSetting> announce(ContainerRecord container, List<CgroupSetting> settings) {
        var unit = container.cgroup().flatMap(CgroupEntry::unit);
        if (unit.isEmpty()) {
            return settings;
        }
        var properties = LimitProperties.of(settings, instance(unit.get()));
        if (!properties.isEmpty()) {
            var cgroup = new Cgroup(Path.of(container.cgroup().get().path()), around.processes());
            var exact = cgroup.lines(LimitProperties.COARSE);
            try (var systemd = connect(unit.get())) {
                systemd.set(unit.get().name(), properties);
                cgroup.restore(exact);
            } catch (SystemdException e) {
                throw new ContainerException(String.valueOf(e.getMessage()), e);
            }
        }
        return LimitProperties.toWrite(settings, instance(unit.get()));
    }

    private Systemd connect(UnitEntry unit) {
        return around.systemd().connect(unit.user(), Optional.of(unit.address()));
    }

    /** Kills what is in the container's cgroup and removes it, or has it removed. */
    void remove(ContainerDirectory directory, ContainerRecord container) {
        if (container.cgroup().isEmpty()) {
            return;
        }
        var entry = container.cgroup().get();
        var cgroup = new Cgroup(Path.of(entry.path()), around.processes());
        if (entry.unit().isEmpty()) {
            // Killing comes last: whoever is in there by now may be another container.
            if (!CgroupRemoval.removeIfEmpty(around, entry) && !isLeft(directory, cgroup, entry)) {
                CgroupRemoval.remove(around, entry);
            }
            return;
        }
        var unit = entry.unit().get();
        try (var systemd = connect(unit)) {
            var found = systemd.find(unit.name());
            if (found.isPresent() && !isOf(found.get(), directory)) {
                // Create was killed before it had a unit, and somebody else has one of that name by now.
                return;
            }
            // Its processes are ours to kill: systemd would give them a minute and a half.
            if (cgroup.exists()) {
                cgroup.empty();
            }
            if (found.isPresent()) {
                systemd.stop(unit.name());
            }
            cgroup.remove(entry.made());
        } catch (NoSystemdException e) {
            leave(unit, container, e);
            cgroup.remove(entry.made());
        } catch (SilentSystemdException e) {
            leave(unit, container, e);
            // The scope ends by itself when systemd sees that its cgroup is empty, which it would not of one that is
            // gone.
            cgroup.empty();
        } catch (SystemdException e) {
            throw new ContainerException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether the cgroup has become another container's, who is then the one to remove it. */
    private boolean isLeft(ContainerDirectory directory, Cgroup cgroup, CgroupEntry entry) {
        var tenancy = new Tenancy(around, new Observer(around.processes()));
        var heir = tenancy.heir(directory.id(), entry.path());
        if (heir == null) {
            heir = tenancy.neighbourBelow(directory.id(), entry.path());
            if (heir == null) {
                return false;
            }
            for (int pid : cgroup.ownProcesses()) {
                around.driver().signal(pid, 0, SignalNumber.KILL);
            }
        }
        if (entry.made().contains(entry.path())) {
            cgroup.bequeath();
        }
        around.diary().warning("cgroup " + entry.path() + " is left to container " + heir + ", with all that is in it");
        return true;
    }

    /** Tells that a unit is not stopped; of a container that was never created nobody can say then whether the cgroup is its own. */
    private void leave(UnitEntry unit, ContainerRecord container, SystemdException reason) {
        if (container.status() == ContainerStatus.CREATING) {
            throw new ContainerException(String.valueOf(reason.getMessage()), reason);
        }
        around.diary().trouble("unit " + unit.name() + " is left to systemd: " + reason.getMessage());
    }

    /**
     * Removes the unit of a container whose record cannot be read, if there is one that is described as this container's.
     *
     * @param cgroupsPath what the kept configuration says
     * @return whether there was one
     */
    boolean removeByName(ContainerDirectory directory, Optional<String> cgroupsPath) {
        for (boolean user : new boolean[] {false, true}) {
            try (var systemd = around.systemd().connect(user, Optional.empty())) {
                var name = ScopeName.of(cgroupsPath, directory.id().text(), user);
                var found = systemd.find(name.unit());
                if (found.isPresent() && isOf(found.get(), directory)) {
                    var path = around.facts().get().cgroupRoot().orElse("")
                            + found.get().controlGroup();
                    var cgroup = new Cgroup(Path.of(path), around.processes());
                    cgroup.empty();
                    systemd.stop(name.unit());
                    cgroup.remove(List.of(path));
                    return true;
                }
            } catch (NoSystemdException | IllegalArgumentException e) {
                // Then it was not this one that had the container.
            } catch (SystemdException e) {
                around.diary().warning("container " + directory.id() + ": " + e.getMessage());
            }
        }
        return false;
    }

    /** Whether a unit is that of the container with a state directory: nobody else describes one so. */
    static boolean isOf(LoadedUnit unit, ContainerDirectory directory) {
        return unit.description()
                .equals(ContainerUnit.description(
                        directory.id().text(), directory.path().toString()));
    }
}
