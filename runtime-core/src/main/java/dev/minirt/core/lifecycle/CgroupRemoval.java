package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.error.Errno;
import dev.minirt.core.store.CgroupEntry;
import java.nio.file.Path;

/** The end of a container's cgroup (C29; runtime.md, Delete: nothing but what create made). */
final class CgroupRemoval {
    private CgroupRemoval() {}

    /** Empties and removes what the journal names. A cgroup that was there before stays, without the device filter that we attached. */
    static void remove(Surroundings around, CgroupEntry entry) {
        var cgroup = new Cgroup(Path.of(entry.path()), around.processes());
        cgroup.remove(entry.made());
        takeFilterAway(around, entry, cgroup);
    }

    /** The same if nobody is in it; whether nobody was. */
    static boolean removeIfEmpty(Surroundings around, CgroupEntry entry) {
        var cgroup = new Cgroup(Path.of(entry.path()), around.processes());
        boolean removed = cgroup.removeIfEmpty(entry.made());
        if (removed) {
            takeFilterAway(around, entry, cgroup);
        }
        return removed;
    }

    private static void takeFilterAway(Surroundings around, CgroupEntry entry, Cgroup cgroup) {
        if (entry.made().contains(entry.path()) || !cgroup.exists()) {
            return;
        }
        int errno = around.driver().filterDevices(entry.path(), new byte[0]);
        // Who may not take filters away could not attach one.
        if (errno != 0 && errno != Errno.ENOENT.number() && errno != Errno.EPERM.number()) {
            around.diary().warning("the device filter of cgroup " + entry.path() + " stays: " + Errno.words(errno));
        }
    }
}
