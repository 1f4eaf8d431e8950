package dev.minirt.core.driver;

import java.util.List;

/**
 * What a server is, as far as a driver must know before it lets the server decide in place of a JVM of its own: the WELCOME frame.
 *
 * @param jar the file that the server's code comes from
 * @param jarChanged when that last changed, st_ctim of stat(2) in nanoseconds since 1970, as the server began: a jar that is written over in place
 *     keeps its inode, and leaves a server with classes of the old and resources of the new one
 * @param root its root directory
 * @param capabilities its permitted set, which must be the driver's, as a mask
 * @param namespaces the links user, mnt, pid and cgroup of /proc/self/ns, namespaces(7)
 */
public record Welcome(File jar, long jarChanged, File root, long capabilities, List<String> namespaces) {
    public Welcome {
        namespaces = List.copyOf(namespaces);
    }

    /**
     * Which file a path names.
     *
     * @param device st_dev of stat(2)
     * @param inode st_ino
     */
    public record File(long device, long inode) {}
}
