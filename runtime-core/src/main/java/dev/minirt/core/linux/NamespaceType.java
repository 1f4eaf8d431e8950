package dev.minirt.core.linux;

/** The eight kinds of namespace: namespaces(7). The value is the CLONE_NEW* bit that ioctl NS_GET_NSTYPE answers. */
public enum NamespaceType implements KernelConstant {
    USER(0x1000_0000, "CLONE_NEWUSER"),
    MOUNT(0x0002_0000, "CLONE_NEWNS"),
    PID(0x2000_0000, "CLONE_NEWPID"),
    NETWORK(0x4000_0000, "CLONE_NEWNET"),
    IPC(0x0800_0000, "CLONE_NEWIPC"),
    UTS(0x0400_0000, "CLONE_NEWUTS"),
    CGROUP(0x0200_0000, "CLONE_NEWCGROUP"),
    TIME(0x0000_0080, "CLONE_NEWTIME");

    private final int value;
    private final String symbol;

    NamespaceType(int value, String symbol) {
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
