package dev.minirt.core.cgroup.systemd;

/**
 * The systemd that makes cgroups, as it describes itself.
 *
 * @param user whether it is the manager of a user, not of the system
 * @param controlGroup the cgroup below which all its units lie: an absolute path from the cgroup mount, empty for the mount itself
 * @param version its major version
 */
public record SystemdInstance(boolean user, String controlGroup, int version) {
    /** Since when CPUWeight may be idle, and the oldest versions that matter have all else that is used here. */
    static final int KNOWS_IDLE = 252;

    /** Since when there is MemoryZSwapMax. */
    static final int KNOWS_ZSWAP = 253;

    /** The oldest that goes with the oldest kernel that minirt runs on. */
    public static final int OLDEST = 249;

    /** The system's manager on a host of which nothing else is known. */
    public static SystemdInstance typical() {
        return new SystemdInstance(false, "", KNOWS_ZSWAP);
    }

    /** A user's manager on a host of which nothing else is known. */
    public static SystemdInstance typicalOf(long uid) {
        return new SystemdInstance(true, "/user.slice/user-" + uid + ".slice/user@" + uid + ".service", KNOWS_ZSWAP);
    }
}
