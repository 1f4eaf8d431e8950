package dev.minirt.core.plan;

import java.util.Optional;

/**
 * The cgroups that are the caller's to use.
 *
 * @param base absolute path of the directory below which the cgroup of a container is made whose config does not say where, or says it
 *     relatively; empty if the caller may not make any
 * @param current absolute path of the cgroup that the caller is in; a container without a cgroup of its own is there
 */
public record OwnCgroups(Optional<String> base, String current) {
    /** The directory that collects the cgroups of containers. */
    public static final String COLLECTION = "minirt";

    /**
     * Those of the machine's root: all of them.
     *
     * @param mount absolute path of the cgroup2 mount
     */
    public static OwnCgroups ofRoot(String mount) {
        return new OwnCgroups(Optional.of(mount + "/" + COLLECTION), mount);
    }
}
