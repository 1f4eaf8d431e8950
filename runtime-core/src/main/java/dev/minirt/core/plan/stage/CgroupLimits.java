package dev.minirt.core.plan.stage;

import dev.minirt.spec.Cpu;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Memory;
import dev.minirt.spec.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * Converts {@code linux.resources} to what cgroup v2 knows, and refuses what it does not know. Zero means "not set", as
 * engines write it, except where the spec makes it a limit: {@code pids.limit} (C26).
 */
public final class CgroupLimits {
    private static final String MAX = "max";
    private static final long DEFAULT_PERIOD = 100_000;
    private static final String ONLY_V1 = "exists in cgroup v1 only";
    private static final String NOT_YET = "not supported yet";

    private final List<CgroupSetting> settings = new ArrayList<>();
    private final BiConsumer<JsonPointer, String> violation;

    private CgroupLimits(BiConsumer<JsonPointer, String> violation) {
        this.violation = violation;
    }

    /**
     * The settings, in the order in which they are to be written.
     *
     * @param resources the limits; device rules are none of this
     * @param pointer where they stand
     * @param violation receives what cannot be converted
     */
    public static List<CgroupSetting> of(
            Resources resources, JsonPointer pointer, BiConsumer<JsonPointer, String> violation) {
        var limits = new CgroupLimits(violation);
        if (resources.pids().isPresent()) {
            limits.pids(resources.pids().get().limit(), pointer.child("pids").child("limit"));
        }
        if (resources.memory().isPresent()) {
            limits.memory(resources.memory().get(), pointer.child("memory"));
        }
        if (resources.cpu().isPresent()) {
            limits.cpu(resources.cpu().get(), pointer.child("cpu"));
        }
        limits.others(resources, pointer);
        return limits.settings;
    }

    private void pids(OptionalLong limit, JsonPointer pointer) {
        if (limit.isPresent()) {
            var value = limit(limit.getAsLong());
            settings.add(new CgroupSetting("pids", "pids.max", value, MAX, false, pointer));
        }
    }

    private void memory(Memory memory, JsonPointer pointer) {
        long limit = memory.limit().orElse(0);
        if (limit != 0) {
            var at = pointer.child("limit");
            settings.add(new CgroupSetting("memory", "memory.max", limit(limit), MAX, false, at));
        }
        long reservation = memory.reservation().orElse(0);
        if (reservation != 0) {
            var at = pointer.child("reservation");
            settings.add(new CgroupSetting("memory", "memory.low", limit(reservation), "0", false, at));
        }
        swap(memory.swap().orElse(0), limit, pointer);
        refuse(memory.swappiness().orElse(0) != 0, pointer.child("swappiness"), ONLY_V1);
        refuse(memory.kernel().orElse(0) != 0, pointer.child("kernel"), ONLY_V1);
        refuse(memory.kernelTCP().orElse(0) != 0, pointer.child("kernelTCP"), ONLY_V1);
        refuse(memory.disableOOMKiller(), pointer.child("disableOOMKiller"), ONLY_V1);
        refuse(memory.useHierarchy().orElse(false), pointer.child("useHierarchy"), ONLY_V1);
    }

    /** The spec counts memory and swap together, cgroup v2 swap alone. A kernel without swap accounting swaps for nobody. */
    private void swap(long total, long limit, JsonPointer pointer) {
        var at = pointer.child("swap");
        if (total == 0 && limit != -1) {
            return;
        }
        if (total == -1 || total == 0) {
            settings.add(new CgroupSetting(
                    "memory", "memory.swap.max", MAX, MAX, true, total == 0 ? pointer.child("limit") : at));
        } else if (limit <= 0) {
            violation.accept(at, "is memory and swap together, so it needs memory.limit");
        } else if (total < limit) {
            violation.accept(at, total + " is memory and swap together, but less than memory.limit " + limit);
        } else {
            long swap = total - limit;
            settings.add(new CgroupSetting("memory", "memory.swap.max", Long.toString(swap), MAX, swap == 0, at));
        }
    }

    private void cpu(Cpu cpu, JsonPointer pointer) {
        long shares = cpu.shares().orElse(0);
        if (shares != 0) {
            settings.add(new CgroupSetting(
                    "cpu", "cpu.weight", Long.toString(weight(shares)), "100", false, pointer.child("shares")));
        }
        long quota = cpu.quota().orElse(0);
        long period = cpu.period().orElse(0);
        if (quota != 0 || period != 0) {
            var value = (quota > 0 ? Long.toString(quota) : MAX)
                    + " "
                    + Long.toUnsignedString(period == 0 ? DEFAULT_PERIOD : period);
            settings.add(new CgroupSetting(
                    "cpu",
                    "cpu.max",
                    value,
                    MAX + " " + DEFAULT_PERIOD,
                    false,
                    pointer.child(quota != 0 ? "quota" : "period")));
        }
        long burst = cpu.burst().orElse(0);
        if (burst != 0) {
            settings.add(new CgroupSetting(
                    "cpu", "cpu.max.burst", Long.toUnsignedString(burst), "0", false, pointer.child("burst")));
        }
        // After the weight: the kernel refuses a weight for an idle cgroup.
        if (cpu.idle().isPresent()) {
            var idle = Long.toString(cpu.idle().getAsLong());
            settings.add(new CgroupSetting("cpu", "cpu.idle", idle, "0", idle.equals("0"), pointer.child("idle")));
        }
        refuse(cpu.realtimeRuntime().orElse(0) != 0, pointer.child("realtimeRuntime"), ONLY_V1);
        refuse(cpu.realtimePeriod().orElse(0) != 0, pointer.child("realtimePeriod"), ONLY_V1);
        refuse(cpu.cpus().isPresent(), pointer.child("cpus"), NOT_YET);
        refuse(cpu.mems().isPresent(), pointer.child("mems"), NOT_YET);
    }

    private void others(Resources resources, JsonPointer pointer) {
        if (resources.blockIO().isPresent()) {
            var block = resources.blockIO().get();
            var at = pointer.child("blockIO");
            refuse(block.weight().orElse(0) != 0, at.child("weight"), NOT_YET);
            refuse(block.leafWeight().orElse(0) != 0, at.child("leafWeight"), ONLY_V1);
            refuse(!block.weightDevice().isEmpty(), at.child("weightDevice"), NOT_YET);
            refuse(!block.throttleReadBpsDevice().isEmpty(), at.child("throttleReadBpsDevice"), NOT_YET);
            refuse(!block.throttleWriteBpsDevice().isEmpty(), at.child("throttleWriteBpsDevice"), NOT_YET);
            refuse(!block.throttleReadIOPSDevice().isEmpty(), at.child("throttleReadIOPSDevice"), NOT_YET);
            refuse(!block.throttleWriteIOPSDevice().isEmpty(), at.child("throttleWriteIOPSDevice"), NOT_YET);
        }
        refuse(!resources.hugepageLimits().isEmpty(), pointer.child("hugepageLimits"), NOT_YET);
        if (resources.network().isPresent()) {
            var network = resources.network().get();
            var at = pointer.child("network");
            refuse(network.classID().orElse(0) != 0, at.child("classID"), ONLY_V1);
            refuse(!network.priorities().isEmpty(), at.child("priorities"), ONLY_V1);
        }
        refuse(!resources.rdma().isEmpty(), pointer.child("rdma"), NOT_YET);
        refuse(!resources.unified().isEmpty(), pointer.child("unified"), NOT_YET);
    }

    private void refuse(boolean asked, JsonPointer pointer, String why) {
        if (asked) {
            violation.accept(pointer, why);
        }
    }

    /** The reader of config.json refuses what is less than -1. */
    private static String limit(long value) {
        return value == -1 ? MAX : Long.toString(value);
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
