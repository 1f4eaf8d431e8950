package dev.minirt.core.linux;

/** How mounts and unmounts propagate: mount_namespaces(7), include/uapi/linux/mount.h. */
public enum Propagation implements KernelConstant {
    UNCHANGED(0, "unchanged"),
    UNBINDABLE(1 << 17, "MS_UNBINDABLE"),
    PRIVATE(1 << 18, "MS_PRIVATE"),
    SLAVE(1 << 19, "MS_SLAVE"),
    SHARED(1 << 20, "MS_SHARED");

    /** MS_REC, which some operations combine with a type. */
    public static final int RECURSIVE = 1 << 14;

    private final int value;
    private final String symbol;

    Propagation(int value, String symbol) {
        this.value = value;
        this.symbol = symbol;
    }

    @Override
    public int value() {
        return value;
    }

    @Override
    public String symbol() {
        return symbol;
    }
}
