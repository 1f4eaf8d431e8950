package dev.minirt.cli;

import dev.minirt.core.cgroup.stat.Pressure;
import dev.minirt.core.cgroup.stat.Statistics;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.JsonWriter;
import java.util.List;
import java.util.Optional;

/** Events in the JSON of runc, a line each. What cgroup v2 does not count keeps its member where readers may expect it. */
final class EventText {
    private EventText() {}

    /** What a container has used. */
    static String statistics(ContainerId id, Statistics statistics) {
        var out = new JsonWriter(JsonStyle.COMPACT)
                .beginObject()
                .member("type", "stats")
                .member("id", id.text())
                .beginObject("data");
        cpu(statistics.cpu(), out);
        cpuset(statistics.cpuset(), out);
        memory(statistics.memory(), out);
        out.beginObject("pids").member("current", statistics.pids().current());
        if (statistics.pids().limit() != 0) {
            out.unsigned("limit", statistics.pids().limit());
        }
        out.endObject();
        blockIo(statistics.io(), out);
        out.beginObject("hugetlb");
        for (var pages : statistics.hugepages().entrySet()) {
            out.beginObject(pages.getKey())
                    .unsigned("usage", pages.getValue().usage())
                    .unsigned("failcnt", pages.getValue().failures())
                    .endObject();
        }
        out.endObject().beginObject("intel_rdt").endObject();
        return out.beginArray("network_interfaces")
                        .endArray()
                        .endObject()
                        .endObject()
                        .toText() + "\n";
    }

    /** The kernel has killed a process of it for want of memory. */
    static String outOfMemory(ContainerId id) {
        return new JsonWriter(JsonStyle.COMPACT)
                        .beginObject()
                        .member("type", "oom")
                        .member("id", id.text())
                        .endObject()
                        .toText()
                + "\n";
    }

    private static void cpu(Statistics.Cpu cpu, JsonWriter out) {
        out.beginObject("cpu")
                .beginObject("usage")
                .unsigned("total", cpu.total())
                .unsigned("kernel", cpu.system())
                .unsigned("user", cpu.user())
                .endObject()
                .beginObject("throttling")
                .unsigned("periods", cpu.periods())
                .unsigned("throttledPeriods", cpu.throttledPeriods())
                .unsigned("throttledTime", cpu.throttled())
                .endObject();
        pressure(cpu.pressure(), out);
        out.endObject();
    }

    private static void cpuset(Statistics.Cpuset cpuset, JsonWriter out) {
        out.beginObject("cpuset");
        numbers("cpus", cpuset.cpus(), out);
        numbers("mems", cpuset.mems(), out);
        out.endObject();
    }

    private static void numbers(String name, List<Integer> numbers, JsonWriter out) {
        if (!numbers.isEmpty()) {
            out.beginArray(name);
            for (int number : numbers) {
                out.element(number);
            }
            out.endArray();
        }
    }

    private static void memory(Statistics.Memory memory, JsonWriter out) {
        out.beginObject("memory").unsigned("cache", memory.cache());
        amount("usage", memory.usage(), out);
        amount("swap", memory.swap(), out);
        amount("kernel", Statistics.Amount.NONE, out);
        amount("kernelTCP", Statistics.Amount.NONE, out);
        out.beginObject("raw");
        for (var count : memory.raw().entrySet()) {
            out.unsigned(count.getKey(), count.getValue());
        }
        out.endObject();
        pressure(memory.pressure(), out);
        out.endObject();
    }

    private static void amount(String name, Statistics.Amount amount, JsonWriter out) {
        out.beginObject(name)
                .unsigned("limit", amount.limit())
                .unsigned("usage", amount.usage())
                .unsigned("max", amount.peak())
                .unsigned("failcnt", amount.failures())
                .endObject();
    }

    private static void blockIo(Statistics.Io io, JsonWriter out) {
        out.beginObject("blkio");
        counts("ioServiceBytesRecursive", io.bytes(), out);
        counts("ioServicedRecursive", io.operations(), out);
        pressure(io.pressure(), out);
        out.endObject();
    }

    private static void counts(String name, List<Statistics.Count> counts, JsonWriter out) {
        if (!counts.isEmpty()) {
            out.beginArray(name);
            for (var count : counts) {
                out.beginObject()
                        .unsigned("major", count.major())
                        .unsigned("minor", count.minor())
                        .member("op", count.operation())
                        .unsigned("value", count.value())
                        .endObject();
            }
            out.endArray();
        }
    }

    private static void pressure(Optional<Pressure> pressure, JsonWriter out) {
        if (pressure.isPresent()) {
            out.beginObject("psi");
            share("some", pressure.get().some(), out);
            share("full", pressure.get().full(), out);
            out.endObject();
        }
    }

    private static void share(String name, Pressure.Share share, JsonWriter out) {
        out.beginObject(name)
                .member("avg10", share.average10())
                .member("avg60", share.average60())
                .member("avg300", share.average300())
                .unsigned("total", share.total())
                .endObject();
    }
}
