import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.stream.IntStream;

/**
 * Measures container runtimes side by side; hack/bench compiles what it needs and calls it. Every round measures every runtime once, in a
 * rotating order, so that a disturbance hits all of them.
 *
 * <p>Arguments: work directory, output directory, rounds, crowd (containers for scaling), seccomp profile, then
 * NAME=KIND=WORD[,WORD...] for each runtime. KIND is oci, floor, or jvm (a program that says hello); the words are what the command line begins
 * with, environment first.
 */
final class Bench {
    record Participant(String name, String kind, List<String> words) {
        boolean isRuntime() {
            return kind.equals("oci");
        }
    }

    /** One command: milliseconds of wall time, of user and of system time. */
    record Sample(double wall, double user, double system) {
        double processor() {
            return user + system;
        }
    }

    /** At most so many times what another takes for it, or for something else. */
    record Aim(String who, String what, double most, String than, String thanWhat) {
        Aim(String who, String what, double most, String than) {
            this(who, what, most, than, what);
        }
    }

    private static final String HELLO = "hello";

    private static final List<Aim> AIMS = List.of(
            new Aim("minirt-warm", "state", 0.5, "crun"),
            new Aim("minirt-warm", "start", 0.5, "crun"),
            new Aim("minirt-warm", "kill", 0.5, "crun"),
            new Aim("minirt-warm", "delete", 0.5, "crun"),
            new Aim("minirt-warm", "create", 0.25, "crun"),
            new Aim("minirt-warm", "create", 4, "floor"),
            new Aim("minirt-warm", "lifecycle", 0.25, "crun"),
            new Aim("minirt-warm", "lifecycle", 0.15, "runc"),
            new Aim("minirt-cold", "create", 2.5, "runc"),
            new Aim("minirt-cold", "state", 1.5, "jvm", HELLO),
            new Aim("minirt-cold", "start", 1.5, "jvm", HELLO),
            new Aim("minirt-cold", "kill", 1.5, "jvm", HELLO),
            new Aim("minirt-cold", "delete", 1.5, "jvm", HELLO));

    /** How many create at the same time; as many as the last one only once. */
    private static final int[] WIDTHS = {1, 8, 64, 200};

    private static final String CGROUPS = "/sys/fs/cgroup/";
    private static final String RUN = "minirt-bench";

    private final Path work;
    private final Path output;
    private final int rounds;
    private final int crowd;
    private final List<Participant> participants;
    private final BufferedWriter requests;
    private final BufferedReader answers;
    private final Path said;
    private final Map<String, Map<String, List<Sample>>> samples = new LinkedHashMap<>();
    private final Map<String, Map<String, Double>> figures = new LinkedHashMap<>();

    private Bench(Path work, Path output, int rounds, int crowd, List<Participant> participants) throws IOException {
        this.work = work;
        this.output = output;
        this.rounds = rounds;
        this.crowd = crowd;
        this.participants = participants;
        said = work.resolve("said");
        var stopwatch = new ProcessBuilder(work.resolve("stopwatch").toString(), said.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        requests = stopwatch.outputWriter();
        answers = stopwatch.inputReader();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var participants = Arrays.stream(arguments)
                .skip(5)
                .map(text -> text.split("=", 3))
                .map(parts -> new Participant(parts[0], parts[1], List.of(parts[2].split(","))))
                .toList();
        var bench = new Bench(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                participants);
        bench.bundle("plain", "[\"/bin/sleep\", \"100000\"]", "", "");
        bench.bundle("true", "[\"/bin/true\"]", "", "");
        bench.bundle("engine", "[\"/bin/sleep\", \"100000\"]", Files.readString(Path.of(arguments[4])), engineMounts(bench.work));
        if (Boolean.getBoolean("profile")) {
            bench.profile();
            return;
        }
        double before = bench.serverProcessor();
        bench.lifecycles();
        bench.serverFigures(before);
        bench.scaling();
        bench.report();
    }

    // --- what is measured ---

    /** Where the time of creates goes, by the time stamps that minirt itself puts into its log. */
    private void profile() throws IOException, InterruptedException {
        for (var bundle : List.of("plain", "engine")) {
            for (var who : participants) {
                if (who.name().startsWith("minirt")) {
                    profile(who, bundle);
                }
            }
        }
        classes();
    }

    private void profile(Participant who, String bundle) throws IOException {
        var id = RUN + "-profile";
        var pidFile = work.resolve("pid");
        var log = work.resolve("profile.log");
        var profile = new Profile();
        for (int round = -1; round < rounds; round++) {
            Files.deleteIfExists(log);
            run(who, "--debug", "--log", log.toString(), "create", "--bundle", bundle(bundle), "--pid-file", pidFile.toString(), id);
            run(who, "delete", "--force", id);
            reap(pid(pidFile));
            if (round >= 0) {
                profile.add(Files.readAllLines(log));
            }
        }
        System.out.println("\n" + who.name() + ", create of the bundle \"" + bundle + "\": milliseconds of each step, median of " + rounds
                + "; with phases of the program below the step that they are part of");
        System.out.print(profile.table());
    }

    /**
     * How much of a cold create is the loading of classes, by the counters that a JVM has of itself. They are in a file as long as it lives: a hook
     * takes a copy, late in the create. In runs of its own, since counting takes time.
     */
    private void classes() throws IOException, InterruptedException {
        var distribution = System.getProperty("distribution");
        var counting = new Participant("counting", "oci", List.of("MINIRT_COLD=1", counting(Path.of(distribution)).toString(),
                "--root", work.resolve("counting-root").toString()));
        var copy = work.resolve("counters");
        var bundle = work.resolve("plain");
        var config = Files.readString(bundle.resolve("config.json"));
        var hook = "for f in /tmp/hsperfdata_*/*; do if grep -q dev.minirt.cli.Main \"$f\"; then cat \"$f\" >" + copy + "; fi; done";
        Files.writeString(bundle.resolve("config.json"), config.replaceFirst("\"linux\":",
                Matcher.quoteReplacement("\"hooks\": {\"createRuntime\": [{\"path\": \"/bin/sh\", \"args\": [\"sh\", \"-c\", "
                        + quote(hook) + "]}]}, \"linux\":")));
        var id = RUN + "-classes";
        var pidFile = work.resolve("pid");
        var counters = new LinkedHashMap<String, List<Double>>();
        for (int round = -1; round < Math.min(rounds, 10); round++) {
            run(counting, "create", "--bundle", bundle.toString(), "--pid-file", pidFile.toString(), id);
            run(counting, "delete", "--force", id);
            reap(pid(pidFile));
            if (round >= 0) {
                for (var line : jstat(copy)) {
                    var parts = line.split("=", 2);
                    if (parts[0].matches("sun\\.cls\\.(sharedClassLoadTime|classLinkedTime\\.self|classInitTime\\.self|linkedClasses|initializedClasses)"
                            + "|java\\.cls\\.(sharedLoadedClasses|loadedClasses)|java\\.ci\\.totalTime")) {
                        counters.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(Double.parseDouble(parts[1]));
                    }
                }
            }
        }
        Files.writeString(bundle.resolve("config.json"), config);
        System.out.println("\nclasses of a cold create (\"plain\"), by the JVM's own counters; all of it is part of the steps above");
        line(counters, "java.cls.sharedLoadedClasses", "sun.cls.sharedClassLoadTime", "loaded from the AOT cache");
        line(counters, "sun.cls.linkedClasses", "sun.cls.classLinkedTime.self", "linked");
        line(counters, "sun.cls.initializedClasses", "sun.cls.classInitTime.self", "initialised, with what their initialisers do");
        System.out.println(String.format(Locale.ROOT, "%9.3f  compiling, beside it", Profile.middle(counters.get("java.ci.totalTime")) / 1e6));
    }

    private static void line(Map<String, List<Double>> counters, String count, String time, String what) {
        System.out.println(String.format(Locale.ROOT, "%9.3f  %.0f classes %s", Profile.middle(counters.get(time)) / 1e6,
                Profile.middle(counters.get(count)), what));
    }

    /** The distribution with JVMs that count. */
    private Path counting(Path distribution) throws IOException {
        var home = work.resolve("counting");
        var bin = Files.createDirectories(home.resolve("bin")).resolve("minirt");
        var lib = Files.createDirectories(home.resolve("lib"));
        Files.copy(distribution.resolve("bin/minirt"), bin);
        try (var parts = Files.newDirectoryStream(distribution.resolve("lib"))) {
            for (var part : parts) {
                if (!part.endsWith("minirt.options")) {
                    Files.createSymbolicLink(lib.resolve(part.getFileName()), part);
                }
            }
        }
        var options = Files.readString(distribution.resolve("lib/minirt.options"));
        Files.writeString(lib.resolve("minirt.options"), options.replace("-XX:-UsePerfData", "-XX:+UsePerfData"));
        return bin;
    }

    private static List<String> jstat(Path counters) throws IOException, InterruptedException {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstat").toString(),
                        "-J-Djstat.showUnsupported=true", "-snap", counters.toUri().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var lines = process.inputReader().lines().toList();
        if (process.waitFor() != 0) {
            throw new IOException("jstat has failed");
        }
        return lines;
    }

    /** Milliseconds of processor time that the server has used; 0 if there is none. */
    private static double serverProcessor() throws IOException {
        var pid = System.getProperty("server");
        if (pid == null) {
            return 0;
        }
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10.0;
    }

    private void serverFigures(double before) throws IOException {
        var pid = System.getProperty("server");
        if (pid == null) {
            return;
        }
        // create, state, start, exec, kill, delete, run with the delete after it, create, delete
        int commands = 10 * (rounds + 1);
        for (var who : participants) {
            if (who.name().equals("minirt-warm")) {
                figure(who, "server CPU ms per command", (serverProcessor() - before) / commands);
                figure(who, "server PSS KB", pss(Long.parseLong(pid)));
            }
        }
    }

    private void lifecycles() throws IOException {
        for (int round = -1; round < rounds; round++) {
            System.err.print("\rround " + (round + 1) + " of " + rounds + " ");
            for (int i = 0; i < participants.size(); i++) {
                var participant = participants.get((i + Math.max(round, 0)) % participants.size());
                // The first one warms caches and is thrown away.
                lifecycle(participant, round >= 0);
            }
        }
        System.err.println();
    }

    private void lifecycle(Participant who, boolean counted) throws IOException {
        var id = RUN + "-" + who.name().replaceAll("[^A-Za-z0-9]", "-");
        var pidFile = work.resolve("pid");
        if (who.kind().equals("jvm")) {
            keep(who, HELLO, counted, run(who));
            return;
        }
        if (who.kind().equals("floor")) {
            var cgroup = Path.of(CGROUPS + RUN + "/floor");
            Files.createDirectories(cgroup.getParent());
            keep(who, "create", counted, run(who, work.resolve("plain/rootfs").toString(), cgroup.toString(), pidFile.toString()));
            end(pidFile);
            Files.delete(cgroup);
            return;
        }
        var create = run(who, "create", "--bundle", bundle("plain"), "--pid-file", pidFile.toString(), id);
        if (counted) {
            figure(who, "init PSS KB", pss(pid(pidFile)));
        }
        var state = run(who, "state", id);
        var start = run(who, "start", id);
        var exec = run(who, "exec", id, "/bin/true");
        var kill = run(who, "kill", id, "KILL");
        end(pidFile);
        var delete = run(who, "delete", id);
        keep(who, "create", counted, create);
        keep(who, "state", counted, state);
        keep(who, "start", counted, start);
        keep(who, "kill", counted, kill);
        keep(who, "delete", counted, delete);
        keep(who, "lifecycle", counted, sum(create, state, start, kill, delete));
        keep(who, "exec true", counted, exec);
        keep(who, "run true", counted, run(who, "run", "--bundle", bundle("true"), id));
        keep(who, "create like an engine", counted, run(who, "create", "--bundle", bundle("engine"), "--pid-file", pidFile.toString(), id));
        run(who, "delete", "--force", id);
        reap(pid(pidFile));
    }

    private void scaling() throws IOException {
        for (var who : participants) {
            if (!who.isRuntime()) {
                continue;
            }
            System.err.print("\rscaling: " + who.name() + "        ");
            var pidFiles = new ArrayList<Path>();
            for (int n = 0; n < crowd; n++) {
                var pidFile = work.resolve("pid" + n);
                pidFiles.add(pidFile);
                var create = run(who, "create", "--bundle", bundle("plain"), "--pid-file", pidFile.toString(), RUN + "-" + n);
                for (int size : new int[] {1, 10, 100, 1_000}) {
                    // The median of the last few, for one alone says little.
                    if (n < size && n >= size - Math.min(5, size)) {
                        keep(who, "create, " + size + " there", true, create);
                    }
                }
            }
            for (int i = 0; i < 5; i++) {
                keep(who, "list of " + crowd, true, run(who, "list", "--format", "json"));
            }
            for (int at = 0; at < crowd; at += 64) {
                var group = IntStream.range(at, Math.min(crowd, at + 64))
                        .mapToObj(n -> command(who, "delete", "--force", RUN + "-" + n))
                        .toList();
                parallel(who, group);
            }
            for (var pidFile : pidFiles) {
                reap(pid(pidFile));
            }
            for (int width : WIDTHS) {
                if (width > Math.max(crowd, 8)) {
                    continue; // a quick run
                }
                var creates = IntStream.range(0, width)
                        .mapToObj(n -> command(who, "create", "--bundle", bundle("plain"), "--pid-file", pidFiles.get(n % crowd) + "p" + n, RUN + "-p" + n))
                        .toList();
                var deletes = IntStream.range(0, width)
                        .mapToObj(n -> command(who, "delete", "--force", RUN + "-p" + n))
                        .toList();
                for (int i = 0; i < (width == WIDTHS[WIDTHS.length - 1] ? 1 : 3); i++) {
                    var all = parallel(who, creates);
                    keep(who, "create, " + width + " at once, each", true, new Sample(all.wall() / width, all.user() / width, all.system() / width));
                    parallel(who, deletes);
                    for (int n = 0; n < width; n++) {
                        reap(pid(Path.of(pidFiles.get(n % crowd) + "p" + n)));
                    }
                }
            }
        }
        System.err.println();
    }

    // --- the stopwatch ---

    private static List<String> command(Participant who, String... words) {
        var all = new ArrayList<>(who.words());
        all.addAll(List.of(words));
        return all;
    }

    private Sample run(Participant who, String... words) throws IOException {
        ask("run\t" + String.join("\t", command(who, words)) + "\n");
        return answer(who, String.join(" ", words));
    }

    private Sample parallel(Participant who, List<List<String>> commands) throws IOException {
        ask("parallel\t" + commands.size() + "\n"
                + commands.stream().map(words -> "run\t" + String.join("\t", words) + "\n").collect(joining()));
        return answer(who, commands.size() + " of " + String.join(" ", commands.getFirst()));
    }

    private void ask(String request) throws IOException {
        requests.write(request);
        requests.flush();
    }

    private Sample answer(Participant who, String what) throws IOException {
        var line = answers.readLine();
        if (line == null) {
            throw new IOException("the stopwatch has stopped at " + who.name() + ": " + what);
        }
        var parts = line.split(" ");
        if (!parts[3].equals("0")) {
            throw new IOException(who.name() + ": " + what + " failed " + parts[3] + " times: " + Files.readString(said));
        }
        return new Sample(Long.parseLong(parts[0]) / 1e6, Long.parseLong(parts[1]) / 1e3, Long.parseLong(parts[2]) / 1e3);
    }

    private void end(Path pidFile) throws IOException {
        var pid = pid(pidFile);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        reap(pid);
    }

    private void reap(long pid) throws IOException {
        ask("reap\t" + pid + "\n");
        answers.readLine();
    }

    private static long pid(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    private static double pss(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .sum();
        }
    }

    // --- bundles ---

    private String bundle(String name) {
        return work.resolve(name).toString();
    }

    private static String engineMounts(Path work) throws IOException {
        var mounts = new StringBuilder();
        for (int i = 0; i < 23; i++) {
            var source = Files.createDirectories(work.resolve("volumes/" + i));
            mounts.append(",{\"destination\":\"/volumes/" + i + "\",\"type\":\"bind\",\"source\":\"" + source
                    + "\",\"options\":[\"rbind\",\"" + (i % 2 == 0 ? "ro" : "rw") + "\",\"nosuid\",\"nodev\",\"rprivate\"]}");
        }
        return mounts.toString();
    }

    private void bundle(String name, String args, String seccomp, String moreMounts) throws IOException {
        var bundle = Files.createDirectories(work.resolve(name));
        var rootfs = bundle.resolve("rootfs");
        for (var directory : List.of("bin", "proc", "sys", "dev", "etc", "tmp")) {
            Files.createDirectories(rootfs.resolve(directory));
        }
        for (var applet : List.of("true", "sleep", "sh")) {
            var at = rootfs.resolve("bin/" + applet);
            Files.copy(work.resolve("busybox"), at);
            Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(bundle.resolve("config.json"), """
                {"ociVersion": "1.0.2", "hostname": "bench", "root": {"path": "rootfs", "readonly": true},
                 "process": {"terminal": false, "user": {"uid": 0, "gid": 0}, "args": %s, "cwd": "/", "noNewPrivileges": true,
                  "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
                  "capabilities": {"bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                   "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                   "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]}},
                 "mounts": [
                  {"destination": "/proc", "type": "proc", "source": "proc"},
                  {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
                  {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
                   "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
                  {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
                  {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"]},
                  {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"]},
                  {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "noexec", "nodev", "relatime", "ro"]}%s],
                 "linux": {"resources": {"devices": [{"allow": false, "access": "rwm"}]},
                  "namespaces": [{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "cgroup"}],
                  %s
                  "maskedPaths": ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware"],
                  "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]}}
                """.formatted(args, moreMounts, seccomp.isEmpty() ? "" : "\"seccomp\": " + seccomp + ","));
        if (!moreMounts.isEmpty()) {
            for (int i = 0; i < 23; i++) {
                Files.createDirectories(rootfs.resolve("volumes/" + i));
            }
        }
    }

    // --- what comes of it ---

    private static Sample sum(Sample... all) {
        return new Sample(total(all, Sample::wall), total(all, Sample::user), total(all, Sample::system));
    }

    private static double total(Sample[] all, ToDoubleFunction<Sample> part) {
        return Arrays.stream(all).mapToDouble(part).sum();
    }

    private void keep(Participant who, String what, boolean counted, Sample sample) {
        if (counted) {
            samples.computeIfAbsent(what, _ -> new LinkedHashMap<>())
                    .computeIfAbsent(who.name(), _ -> new ArrayList<>())
                    .add(sample);
        }
    }

    private void figure(Participant who, String what, double value) {
        figures.computeIfAbsent(what, _ -> new LinkedHashMap<>()).put(who.name(), value);
    }

    private static double quantile(List<Sample> samples, ToDoubleFunction<Sample> part, double which) {
        var sorted = samples.stream().mapToDouble(part).sorted().toArray();
        var at = which * (sorted.length - 1);
        var low = sorted[(int) Math.floor(at)];
        return low + (sorted[(int) Math.ceil(at)] - low) * (at - Math.floor(at));
    }

    private static double median(List<Sample> samples) {
        return quantile(samples, Sample::wall, 0.5);
    }

    private void report() throws IOException {
        var table = table();
        System.out.print(table);
        Files.createDirectories(output);
        Files.writeString(output.resolve("bench.txt"), table);
        Files.writeString(output.resolve("bench.json"), json());
        Files.writeString(output.resolve("bench.svg"), svg());
        System.out.println("\nalso in " + output + ": bench.txt, bench.json, bench.svg");
    }

    private String table() {
        var text = new StringBuilder();
        text.append("milliseconds of wall time: median (quartiles); ratio to the last runtime\n\n");
        text.append(String.format("%-28s", ""));
        participants.forEach(who -> text.append(String.format("%-30s", who.name())));
        text.append('\n');
        var reference = participants.getLast().name();
        samples.forEach((what, of) -> {
            text.append(String.format("%-28s", what));
            for (var who : participants) {
                var list = of.get(who.name());
                var cell = "";
                if (list != null) {
                    cell = format(median(list));
                    if (list.size() > 1) {
                        cell += " (" + format(quantile(list, Sample::wall, 0.25)) + ".." + format(quantile(list, Sample::wall, 0.75)) + ")";
                    }
                    if (of.containsKey(reference)) {
                        cell += " " + String.format(Locale.ROOT, "%.2fx", median(list) / median(of.get(reference)));
                    }
                }
                text.append(String.format("%-30s", cell));
            }
            text.append('\n');
        });
        text.append("\nprocessor time of a command and its children, milliseconds (what a server does for it is not in it)\n");
        for (var what : List.of("create", "state", "lifecycle", "run true", "exec true")) {
            row(text, what, who -> samples.get(what) == null || samples.get(what).get(who) == null
                    ? ""
                    : format(quantile(samples.get(what).get(who), Sample::processor, 0.5)));
        }
        text.append('\n');
        figures.forEach((what, of) -> row(text, what, who -> of.containsKey(who) ? format(of.get(who)) : ""));
        text.append("\naims, as ratios of medians\n");
        for (var who : participants) {
            var init = figures.getOrDefault("init PSS KB", Map.of()).get(who.name());
            if (who.name().startsWith("minirt") && init != null) {
                text.append(String.format(Locale.ROOT, "%-12s %-12s %6.0f KB           aim 200: %s%n",
                        who.name(), "init PSS", init, init <= 200 ? "reached" : "missed"));
            }
        }
        for (var aim : AIMS) {
            var mine = samples.getOrDefault(aim.what(), Map.of()).get(aim.who());
            var other = samples.getOrDefault(aim.thanWhat(), Map.of()).get(aim.than());
            if (mine != null && other != null) {
                double ratio = median(mine) / median(other);
                var than = aim.than() + (aim.thanWhat().equals(aim.what()) ? "" : " " + aim.thanWhat());
                text.append(String.format(Locale.ROOT, "%-12s %-12s %6.2f x %-10s aim %.2f: %s%n",
                        aim.who(), aim.what(), ratio, than, aim.most(), ratio <= aim.most() ? "reached" : "missed"));
            }
        }
        return text.toString().replaceAll(" +\n", "\n");
    }

    private void row(StringBuilder text, String what, java.util.function.Function<String, String> cell) {
        text.append(String.format("%-28s", what));
        participants.forEach(who -> text.append(String.format("%-30s", cell.apply(who.name()))));
        text.append('\n');
    }

    private static String format(double milliseconds) {
        return String.format(Locale.ROOT, milliseconds < 10 ? "%.2f" : milliseconds < 100 ? "%.1f" : "%.0f", milliseconds);
    }

    private String json() {
        var measured = samples.entrySet().stream()
                .map(what -> quote(what.getKey()) + ": {" + what.getValue().entrySet().stream()
                        .map(who -> quote(who.getKey()) + ": {\"wall_ms\": " + numbers(who.getValue(), Sample::wall)
                                + ", \"user_ms\": " + numbers(who.getValue(), Sample::user)
                                + ", \"system_ms\": " + numbers(who.getValue(), Sample::system) + "}")
                        .collect(joining(", ")) + "}")
                .collect(joining(",\n  "));
        var single = figures.entrySet().stream()
                .map(what -> quote(what.getKey()) + ": {" + what.getValue().entrySet().stream()
                        .map(who -> quote(who.getKey()) + ": " + String.format(Locale.ROOT, "%.3f", who.getValue()))
                        .collect(joining(", ")) + "}")
                .collect(joining(",\n  "));
        return "{\"kernel\": " + quote(System.getProperty("os.version")) + ", \"processors\": " + Runtime.getRuntime().availableProcessors()
                + ", \"rounds\": " + rounds + ",\n \"samples\": {\n  " + measured + "},\n \"figures\": {\n  " + single + "}}\n";
    }

    private static String numbers(List<Sample> samples, ToDoubleFunction<Sample> part) {
        return samples.stream()
                .map(sample -> String.format(Locale.ROOT, "%.3f", part.applyAsDouble(sample)))
                .collect(joining(", ", "[", "]"));
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Bars of the medians, a group for each command, on a logarithmic scale: the runtimes are orders of magnitude apart. */
    private String svg() {
        var colours = List.of("#1b6ca8", "#e08e0b", "#5a9e3a", "#a83254", "#6b6b6b", "#7b52ab");
        int bar = 14, left = 190, width = 620, top = 40;
        var body = new StringBuilder();
        int y = top;
        double least = 0.1, most = 1_000;
        for (var what : samples.entrySet()) {
            var group = y;
            for (int i = 0; i < participants.size(); i++) {
                var list = what.getValue().get(participants.get(i).name());
                if (list == null) {
                    continue;
                }
                var length = Math.log(Math.clamp(median(list), least, most) / least) / Math.log(most / least) * width;
                body.append(String.format(Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/><text x=\"%.1f\" y=\"%d\">%s</text>%n",
                        left, y, length, bar - 2, colours.get(i % colours.size()), left + length + 4, y + bar - 4, format(median(list))));
                y += bar;
            }
            body.append("<text x=\"" + (left - 8) + "\" y=\"" + ((group + y) / 2 + 4) + "\" text-anchor=\"end\">" + what.getKey() + "</text>\n");
            y += bar;
        }
        var legend = new StringBuilder();
        for (int i = 0, x = left; i < participants.size(); i++, x += 120) {
            legend.append("<rect x=\"" + x + "\" y=\"12\" width=\"12\" height=\"12\" fill=\"" + colours.get(i % colours.size()) + "\"/><text x=\""
                    + (x + 16) + "\" y=\"22\">" + participants.get(i).name() + "</text>\n");
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + (left + width + 80) + "\" height=\"" + (y + 30)
                + "\" font-family=\"sans-serif\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + legend + body
                + "<text x=\"" + left + "\" y=\"" + (y + 15) + "\">milliseconds, median, logarithmic</text></svg>\n";
    }
}
