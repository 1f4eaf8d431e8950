package dev.minirt.core.error;

/**
 * What a cgroup says of memory: the keys of memory.events and memory.max of Documentation/admin-guide/cgroup-v2.rst.
 *
 * @param kills processes that the kernel has killed in it for want of memory, 0 or more
 * @param limit its own limit in bytes, or -1 for none
 */
public record MemoryShortage(long kills, long limit) {
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    private static final int STEP = 1024;

    /** Nothing is known, as without a memory controller. */
    public static final MemoryShortage NONE = new MemoryShortage(0, -1);

    /** Whether a process was killed. */
    public boolean happened() {
        return kills > 0;
    }

    /** The same with the kills that came after another look at the cgroup. */
    public MemoryShortage since(MemoryShortage before) {
        return new MemoryShortage(Math.max(0, kills - before.kills), limit);
    }

    /** What happened to a process that is no more: {@code killed by the OOM killer: memory limit 4 MiB is too low}. */
    public String words() {
        return "killed by the OOM killer: "
                + (limit < 0
                        ? "no memory is left to a cgroup above it, or to the host"
                        : "memory limit " + size(limit) + " is too low");
    }

    /** Bytes in the largest unit of which they are a multiple. */
    static String size(long bytes) {
        int unit = 0;
        while (unit + 1 < UNITS.length && bytes != 0 && bytes % STEP == 0) {
            bytes /= STEP;
            unit++;
        }
        return bytes + " " + UNITS[unit];
    }
}
