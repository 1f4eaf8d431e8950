package dev.minirt.core.store;

import java.util.List;
import java.util.Optional;

/**
 * A container's cgroup in the journal.
 *
 * @param path absolute path of its directory
 * @param made the directories of it and above it that did not exist before and are made by us, outermost first; without the path itself
 *     the container was put into a cgroup that existed
 * @param unit the unit whose cgroup it is, if systemd made it
 */
public record CgroupEntry(String path, List<String> made, Optional<UnitEntry> unit) {
    public CgroupEntry {
        made = List.copyOf(made);
    }

    /** A cgroup that systemd has no part in. */
    public CgroupEntry(String path, List<String> made) {
        this(path, made, Optional.empty());
    }
}
