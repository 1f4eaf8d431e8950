package dev.minirt.core.cgroup.device;

import dev.minirt.spec.DeviceRuleType;

/**
 * What is decided about some ways of access to some devices.
 *
 * @param allow or deny
 * @param type kind of device
 * @param major major number, 0 to 2^32-1, or {@link #ANY}
 * @param minor minor number, 0 to 2^32-1, or {@link #ANY}
 * @param access at least one of the bits {@link #MKNOD}, {@link #READ}, {@link #WRITE}
 */
public record DeviceVerdict(boolean allow, DeviceRuleType type, long major, long minor, int access) {
    /** Stands for every number. */
    public static final long ANY = -1;

    /** {@code BPF_DEVCG_ACC_MKNOD} of linux/bpf.h. */
    public static final int MKNOD = 1;

    /** {@code BPF_DEVCG_ACC_READ}. */
    public static final int READ = 2;

    /** {@code BPF_DEVCG_ACC_WRITE}. */
    public static final int WRITE = 4;

    /** Every way of access. */
    public static final int ALL = MKNOD | READ | WRITE;

    private static final long MAXIMUM = 0xffffffffL;

    /** Refuses numbers that are none and access that is not. */
    public DeviceVerdict {
        if (major < ANY || major > MAXIMUM || minor < ANY || minor > MAXIMUM) {
            throw new IllegalArgumentException("no device has the number " + major + ":" + minor);
        }
        if (access < 1 || access > ALL) {
            throw new IllegalArgumentException("no access: " + access);
        }
    }

    DeviceVerdict withAccess(int bits) {
        return bits == access ? this : new DeviceVerdict(allow, type, major, minor, bits);
    }

    /** Whether this is about every device. */
    boolean isUniversal() {
        return type == DeviceRuleType.ALL && major == ANY && minor == ANY;
    }

    boolean overlaps(DeviceVerdict other) {
        return (access & other.access) != 0
                && (type == other.type || type == DeviceRuleType.ALL || other.type == DeviceRuleType.ALL)
                && (major == other.major || major == ANY || other.major == ANY)
                && (minor == other.minor || minor == ANY || other.minor == ANY);
    }

    boolean isAboutSameAs(DeviceVerdict other) {
        return allow == other.allow && type == other.type && major == other.major && minor == other.minor;
    }

    /** In the words of cgroup v1: {@code allow c 136:* rwm}. */
    @Override
    public String toString() {
        return (allow ? "allow " : "deny ") + type.specName() + " " + number(major) + ":" + number(minor) + " "
                + ((access & READ) != 0 ? "r" : "")
                + ((access & WRITE) != 0 ? "w" : "")
                + ((access & MKNOD) != 0 ? "m" : "");
    }

    private static String number(long number) {
        return number == ANY ? "*" : Long.toString(number);
    }
}
