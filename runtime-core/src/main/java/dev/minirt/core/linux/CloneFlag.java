package dev.minirt.core.linux;

/** Namespaces that clone3 creates: clone(2), include/uapi/linux/sched.h. */
public enum CloneFlag implements KernelFlag {
    NEWNS(0x0002_0000),
    NEWUTS(0x0400_0000),
    NEWIPC(0x0800_0000),
    NEWUSER(0x1000_0000),
    NEWPID(0x2000_0000),
    NEWNET(0x4000_0000);

    private final long bits;

    CloneFlag(long bits) {
        this.bits = bits;
    }

    @Override
    public long bits() {
        return bits;
    }

    @Override
    public String symbol() {
        return "CLONE_" + name();
    }
}
