package dev.minirt.core.lifecycle;

/** Who makes a container's cgroup. */
public enum CgroupDriver {
    /** We, in the cgroup file system. */
    FILES,

    /** The systemd of the system: {@code --systemd-cgroup}. */
    SYSTEMD,

    /** The systemd of the caller: {@code --systemd-cgroup} without root's rights. */
    USER_SYSTEMD
}
