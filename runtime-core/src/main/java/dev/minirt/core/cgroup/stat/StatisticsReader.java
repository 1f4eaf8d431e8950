package dev.minirt.core.cgroup.stat;

import dev.minirt.core.cgroup.stat.Statistics.Amount;
import dev.minirt.core.cgroup.stat.Statistics.Count;
import dev.minirt.core.linux.KernelText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the counts of one cgroup. */
public final class StatisticsReader {
    private static final long NANOSECONDS = 1000;
    private static final String HUGETLB = "hugetlb.";
    private static final String CURRENT = ".current";

    private final Path path;

    /** Counts of a cgroup by the absolute path of its directory. */
    public StatisticsReader(Path path) {
        this.path = path;
    }

    /** All of them, now. */
    public Statistics read() {
        return new Statistics(cpu(), cpuset(), memory(), pids(), io(), hugepages());
    }

    /** How many processes the kernel has killed for want of memory; 0 without the memory controller. */
    public long outOfMemoryKills() {
        return CountFile.keyed(content("memory.events"), "oom_kill");
    }

    private Statistics.Cpu cpu() {
        var stat = content("cpu.stat");
        return new Statistics.Cpu(
                CountFile.keyed(stat, "usage_usec") * NANOSECONDS,
                CountFile.keyed(stat, "user_usec") * NANOSECONDS,
                CountFile.keyed(stat, "system_usec") * NANOSECONDS,
                CountFile.keyed(stat, "nr_periods"),
                CountFile.keyed(stat, "nr_throttled"),
                CountFile.keyed(stat, "throttled_usec") * NANOSECONDS,
                pressure("cpu.pressure"));
    }

    private Statistics.Cpuset cpuset() {
        return new Statistics.Cpuset(
                CountFile.list(content("cpuset.cpus.effective").strip()),
                CountFile.list(content("cpuset.mems.effective").strip()));
    }

    private Statistics.Memory memory() {
        var raw = new LinkedHashMap<String, Long>();
        for (var line : KernelText.lines(content("memory.stat"))) {
            int space = line.indexOf(' ');
            if (space > 0) {
                raw.put(line.substring(0, space), CountFile.number(line.substring(space + 1)));
            }
        }
        var usage = amount("memory");
        return new Statistics.Memory(
                raw.getOrDefault("file", 0L),
                usage,
                withSwap(usage, amount("memory.swap")),
                raw,
                pressure("memory.pressure"));
    }

    private Amount amount(String name) {
        if (!exists(name + CURRENT)) {
            return Amount.NONE;
        }
        return new Amount(
                number(name + ".max"),
                number(name + CURRENT),
                number(name + ".peak"),
                CountFile.keyed(content(name + ".events"), "max"));
    }

    /** A sum of peaks would be one that never was. */
    private static Amount withSwap(Amount memory, Amount swap) {
        boolean unlimited = memory.limit() == Statistics.UNLIMITED || swap.limit() == Statistics.UNLIMITED;
        return new Amount(
                unlimited ? Statistics.UNLIMITED : memory.limit() + swap.limit(),
                memory.usage() + swap.usage(),
                0,
                swap.failures());
    }

    /** Without the controller processes are counted, and threads are not. */
    private Statistics.Pids pids() {
        if (!exists("pids" + CURRENT)) {
            return new Statistics.Pids(KernelText.lines(content("cgroup.procs")).size(), 0);
        }
        long limit = number("pids.max");
        return new Statistics.Pids(number("pids" + CURRENT), limit == Statistics.UNLIMITED ? 0 : limit);
    }

    private Statistics.Io io() {
        var bytes = new ArrayList<Count>();
        var operations = new ArrayList<Count>();
        for (var line : KernelText.lines(content("io.stat"))) {
            int colon = line.indexOf(':');
            int space = line.indexOf(' ');
            if (colon > 0 && space > colon) {
                long major = CountFile.number(line.substring(0, colon));
                long minor = CountFile.number(line.substring(colon + 1, space));
                add(bytes, major, minor, line, "rbytes", "Read");
                add(bytes, major, minor, line, "wbytes", "Write");
                add(operations, major, minor, line, "rios", "Read");
                add(operations, major, minor, line, "wios", "Write");
            }
        }
        return new Statistics.Io(bytes, operations, pressure("io.pressure"));
    }

    private static void add(List<Count> counts, long major, long minor, String line, String key, String operation) {
        var value = CountFile.assigned(line, key);
        if (!value.isEmpty()) {
            counts.add(new Count(major, minor, operation, CountFile.number(value)));
        }
    }

    /** The sizes are those of which there are files: hugetlb.2MB.current. */
    private Map<String, Statistics.Hugepages> hugepages() {
        var pages = new TreeMap<String, Statistics.Hugepages>();
        try (var files = Files.newDirectoryStream(path)) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                int end = name.length() - CURRENT.length();
                if (name.startsWith(HUGETLB) && name.endsWith(CURRENT) && name.indexOf('.', HUGETLB.length()) == end) {
                    var size = name.substring(0, end);
                    var used = exists(size + ".rsvd.current") ? size + ".rsvd.current" : name;
                    pages.put(
                            size.substring(HUGETLB.length()),
                            new Statistics.Hugepages(number(used), CountFile.keyed(content(size + ".events"), "max")));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The cgroup is gone.
        }
        return pages;
    }

    /** Reading fails with EOPNOTSUPP where the measuring is switched off. */
    private Optional<Pressure> pressure(String file) {
        var content = content(file);
        return content.isEmpty() ? Optional.empty() : Optional.of(Pressure.parse(content));
    }

    private long number(String file) {
        return CountFile.number(content(file).strip());
    }

    private boolean exists(String file) {
        return Files.exists(path.resolve(file));
    }

    private String content(String file) {
        try {
            return new String(Files.readAllBytes(path.resolve(file)), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }
}
