package dev.minirt.core.linux;

/** Attributes of one mount: mount_setattr(2), include/uapi/linux/mount.h. */
public enum MountAttribute implements KernelFlag {
    RDONLY(0x1),
    NOSUID(0x2),
    NODEV(0x4),
    NOEXEC(0x8),
    /** The mask of the access time modes: only ever cleared. */
    _ATIME(0x70),
    /** No bits: what remains when the mask is cleared. */
    RELATIME(0),
    NOATIME(0x10),
    STRICTATIME(0x20),
    NODIRATIME(0x80),
    NOSYMFOLLOW(0x20_0000);

    private final long bits;

    MountAttribute(long bits) {
        this.bits = bits;
    }

    @Override
    public long bits() {
        return bits;
    }

    @Override
    public String symbol() {
        return "MOUNT_ATTR_" + name();
    }
}
