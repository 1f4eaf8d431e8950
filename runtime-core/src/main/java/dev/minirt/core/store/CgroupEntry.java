package dev.minirt.core.store;

import java.util.List;

/**
 * A container's cgroup in the journal.
 *
 * @param path absolute path of its directory
 * @param made the directories of it and above it that did not exist before and are made by us, outermost first; without the path itself
 *     the container was put into a cgroup that existed
 */
public record CgroupEntry(String path, List<String> made) {
    public CgroupEntry {
        made = List.copyOf(made);
    }
}
