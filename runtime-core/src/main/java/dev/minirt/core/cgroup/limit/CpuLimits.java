package dev.minirt.core.cgroup.limit;

import dev.minirt.spec.Cpu;
import dev.minirt.spec.JsonPointer;

/** {@code linux.resources.cpu} (C13 to C18). */
final class CpuLimits {
    /** Bounds of the kernel for both words of cpu.max, in microseconds: 1 ms to 1 s, and no upper one for the quota. */
    private static final long LEAST = 1_000;

    private static final long LONGEST_PERIOD = 1_000_000;

    private final Cpu cpu;
    private final PresentLimits present;
    private final JsonPointer pointer;
    private final Settings settings;

    CpuLimits(Cpu cpu, PresentLimits present, JsonPointer pointer, Settings settings) {
        this.cpu = cpu;
        this.present = present;
        this.pointer = pointer;
        this.settings = settings;
    }

    void add() {
        weight();
        refuseBurst();
        bandwidth();
        if (cpu.cpus().isPresent()) {
            settings.add("cpuset.cpus", cpu.cpus().get(), "", pointer.child("cpus"));
        }
        if (cpu.mems().isPresent()) {
            settings.add("cpuset.mems", cpu.mems().get(), "", pointer.child("mems"));
        }
        settings.refuseIf(cpu.realtimeRuntime().orElse(0) != 0, pointer.child("realtimeRuntime"), Settings.ONLY_V1);
        settings.refuseIf(cpu.realtimePeriod().orElse(0) != 0, pointer.child("realtimePeriod"), Settings.ONLY_V1);
    }

    /** The kernel refuses a weight for an idle cgroup, so idle is left first and entered last. Entered, it has the least weight of all. */
    private void weight() {
        boolean wasIdle = present.count("cpu.idle") != 0;
        long shares = cpu.shares().orElse(0);
        boolean asksIdle = cpu.idle().isPresent();
        boolean idle = asksIdle ? cpu.idle().getAsLong() != 0 : wasIdle;
        if (asksIdle && !idle) {
            settings.add("cpu.idle", "0", "0", IfMissing.ACCEPT, pointer.child("idle"));
        }
        if (shares != 0 && wasIdle && idle) {
            settings.refuse(pointer.child("shares"), "the cgroup is idle: it has no weight until cpu.idle is 0");
        } else if (shares != 0) {
            settings.add("cpu.weight", Long.toString(weight(shares)), "100", pointer.child("shares"));
        }
        if (asksIdle && idle) {
            settings.add("cpu.idle", "1", "0", pointer.child("idle"));
        }
    }

    /** The kernel would say only "invalid argument", of whichever comes second. */
    private void refuseBurst() {
        boolean asksQuota = cpu.quota().orElse(0) != 0;
        long burst = cpu.burst().orElse(present.count("cpu.max.burst"));
        long quota = asksQuota ? cpu.quota().getAsLong() : present.quotaMicroseconds();
        if (quota > 0
                && Long.compareUnsigned(burst, quota) > 0
                && (asksQuota || cpu.burst().isPresent())) {
            settings.refuse(
                    pointer.child(cpu.burst().isPresent() ? "burst" : "quota"),
                    "a burst of " + Long.toUnsignedString(burst) + " microseconds is more than the quota of " + quota
                            + ", which is the most that the kernel takes");
        }
    }

    /** A burst above the quota is refused by the kernel, at every moment: it falls before the quota and rises after it. */
    private void bandwidth() {
        boolean burstFirst = cpu.burst().isPresent()
                && Long.compareUnsigned(cpu.burst().getAsLong(), present.count("cpu.max.burst")) < 0;
        if (burstFirst) {
            burst();
        }
        quota();
        if (!burstFirst) {
            burst();
        }
    }

    private void quota() {
        long quota = cpu.quota().orElse(0);
        long period = cpu.period().orElse(0);
        if (quota == 0 && period == 0) {
            return;
        }
        if (quota > 0 && quota < LEAST) {
            settings.refuse(pointer.child("quota"), "must be at least " + LEAST + " microseconds, got " + quota);
        }
        if (period != 0
                && (Long.compareUnsigned(period, LEAST) < 0 || Long.compareUnsigned(period, LONGEST_PERIOD) > 0)) {
            settings.refuse(
                    pointer.child("period"),
                    "must be between " + LEAST + " and " + LONGEST_PERIOD + " microseconds, got "
                            + Long.toUnsignedString(period));
        }
        // What is not given stays: 0 is how engines say so.
        var words = (quota == 0 ? present.quota() : quota > 0 ? Long.toString(quota) : Settings.MAX)
                + " "
                + (period == 0 ? present.period() : Long.toUnsignedString(period));
        settings.add("cpu.max", words, "max 100000", pointer.child(quota != 0 ? "quota" : "period"));
    }

    private void burst() {
        if (cpu.burst().isPresent()) {
            var value = Long.toUnsignedString(cpu.burst().getAsLong());
            settings.add(
                    "cpu.max.burst",
                    value,
                    "0",
                    value.equals("0") ? IfMissing.ACCEPT : IfMissing.REFUSE,
                    pointer.child("burst"));
        }
    }

    /**
     * cpu.weight (1 to 10000) for cpu.shares (2 to 262144): the curve that meets both ends and takes the default 1024 to
     * the default 100.
     */
    static long weight(long shares) {
        if (shares <= 2 && shares >= 0) {
            return 1;
        }
        // Negative is an unsigned number beyond all bounds.
        if (shares < 0 || shares >= 262_144) {
            return 10_000;
        }
        double log = Math.log((double) shares) / Math.log(2);
        return (long) Math.ceil(Math.pow(10, (log * log + 125 * log) / 612 - 7.0 / 34));
    }
}
