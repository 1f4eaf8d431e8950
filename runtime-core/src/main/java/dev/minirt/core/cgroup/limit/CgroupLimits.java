package dev.minirt.core.cgroup.limit;

import dev.minirt.spec.HugepageLimit;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Network;
import dev.minirt.spec.Pids;
import dev.minirt.spec.Rdma;
import dev.minirt.spec.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Converts {@code linux.resources} to what cgroup v2 knows, and refuses what it does not know (C9 to C28). A pure function, for create and
 * for update alike.
 *
 * <p>Zero means "not set", as engines write it, except where the spec makes it a limit: {@code pids.limit} (C26), {@code hugepageLimits}, {@code cpu.burst} and {@code cpu.idle}. What is
 * not set stays as it is. Update therefore is:
 *
 * <pre>{@code
 * var cgroup = new Cgroup(path, processes);
 * var settings = CgroupLimits.of(resources, cgroup.presentLimits(), facts.controllers(), pointer, violations::add);
 * // refuse if there are violations; then, in this order:
 * cgroup.apply(mount, settings);
 * }</pre>
 */
public final class CgroupLimits {
    private static final long LARGEST_RDMA = 0x7fff_ffffL;

    /** PID_MAX_LIMIT of linux/threads.h on 64 bits. */
    private static final long MOST_PIDS = 4 << 20;

    private CgroupLimits() {}

    /**
     * The settings, in the order in which they are to be written.
     *
     * @param resources the limits; device rules are none of this
     * @param present what is set now; {@link PresentLimits#NONE} for a new cgroup
     * @param controllers what the cgroup2 mount offers; settings of others are refused, or left out if they are what a new cgroup has anyway
     * @param pointer where the resources stand: {@code /linux/resources} of config.json, the root of a document for update
     * @param violation receives what cannot be converted
     */
    public static List<CgroupSetting> of(
            Resources resources,
            PresentLimits present,
            Set<String> controllers,
            JsonPointer pointer,
            BiConsumer<JsonPointer, String> violation) {
        var settings = new Settings(controllers, violation);
        if (resources.pids().isPresent()) {
            pids(resources.pids().get(), pointer.child("pids"), settings);
        }
        if (resources.memory().isPresent()) {
            new MemoryLimits(resources.memory().get(), present, pointer.child("memory"), settings).add();
        }
        if (resources.cpu().isPresent()) {
            new CpuLimits(resources.cpu().get(), present, pointer.child("cpu"), settings).add();
        }
        if (resources.blockIO().isPresent()) {
            BlockIoLimits.add(resources.blockIO().get(), pointer.child("blockIO"), settings);
        }
        hugepages(resources.hugepageLimits(), pointer.child("hugepageLimits"), settings);
        if (resources.network().isPresent()) {
            network(resources.network().get(), pointer.child("network"), settings);
        }
        rdma(resources.rdma(), pointer.child("rdma"), settings);
        unified(resources.unified(), pointer.child("unified"), settings);
        return settings.list();
    }

    /** -1 is no limit, 0 is one: no process at all. */
    private static void pids(Pids pids, JsonPointer pointer, Settings settings) {
        if (pids.limit().isPresent()) {
            settings.refuseIf(
                    pids.limit().getAsLong() > MOST_PIDS,
                    pointer.child("limit"),
                    "the kernel has at most " + MOST_PIDS + " processes, so it takes no higher limit; -1 is no limit");
            settings.add("pids.max", Settings.limit(pids.limit().getAsLong()), Settings.MAX, pointer.child("limit"));
        }
    }

    /**
     * The limit on use, and the one on reservations: a program that exceeds only the former is killed by SIGBUS when it touches the page, the latter
     * makes its mmap(2) fail. Zero is a limit.
     */
    private static void hugepages(List<HugepageLimit> limits, JsonPointer pointer, Settings settings) {
        for (int i = 0; i < limits.size(); i++) {
            var value = Long.toUnsignedString(limits.get(i).limit());
            var file = "hugetlb." + limits.get(i).pageSize();
            settings.add(file + ".max", value, "", pointer.child(i));
            settings.add(file + ".rsvd.max", value, "", IfMissing.ACCEPT, pointer.child(i));
        }
    }

    private static void network(Network network, JsonPointer pointer, Settings settings) {
        settings.refuseIf(network.classID().orElse(0) != 0, pointer.child("classID"), Settings.ONLY_V1);
        settings.refuseIf(!network.priorities().isEmpty(), pointer.child("priorities"), Settings.ONLY_V1);
    }

    private static void rdma(Map<String, Rdma> limits, JsonPointer pointer, Settings settings) {
        for (var limit : limits.entrySet()) {
            var at = pointer.child(limit.getKey());
            if (!isWord(limit.getKey())) {
                settings.refuse(at, "is not the name of a device");
                continue;
            }
            var value = new StringBuilder(limit.getKey());
            var rdma = limit.getValue();
            if (rdma.hcaHandles().isPresent()) {
                value.append(" hca_handle=").append(rdmaLimit(rdma.hcaHandles().getAsLong()));
            }
            if (rdma.hcaObjects().isPresent()) {
                value.append(" hca_object=").append(rdmaLimit(rdma.hcaObjects().getAsLong()));
            }
            settings.add("rdma.max", value.toString(), "", at);
        }
    }

    /** The kernel counts to 2147483647 only, and calls that "max". */
    private static String rdmaLimit(long limit) {
        return limit >= LARGEST_RDMA ? Settings.MAX : Long.toString(limit);
    }

    /** A name that the kernel takes as one word. */
    private static boolean isWord(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) <= ' ') {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /**
     * Last, so that it wins. Many files take one line at a time, and lose all but the first of one write.
     *
     * <p>What puts processes to death, to sleep or elsewhere is no limit: init could not be born, or the runtime itself would be moved. What merely has no lasting effect, such as
     * memory.reclaim, is written: config-linux.md, Unified, has the runtime write what it does not know.
     */
    private static void unified(Map<String, String> files, JsonPointer pointer, Settings settings) {
        for (var file : files.entrySet()) {
            var at = pointer.child(file.getKey());
            switch (file.getKey()) {
                case "cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze" ->
                    settings.refuse(at, "acts on processes, so it is not a limit");
                default -> {
                    for (var line : lines(file.getValue())) {
                        settings.add(file.getKey(), line, "", at);
                    }
                }
            }
        }
    }

    /** The lines that are not empty; an empty one if there is none, which is how a cpuset is taken back. */
    private static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                lines.add(text.substring(start, end));
            }
            start = end + 1;
        }
        if (lines.isEmpty()) {
            lines.add("");
        }
        return lines;
    }
}
