package dev.minirt.core.cgroup;

import dev.minirt.core.cgroup.limit.CgroupSetting;
import dev.minirt.core.cgroup.limit.IfMissing;
import dev.minirt.core.cgroup.limit.PresentLimits;
import dev.minirt.core.error.MemoryShortage;
import dev.minirt.core.host.Processes;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The cgroup of one container: a directory below the cgroup2 mount. */
public final class Cgroup {
    /** How long processes may take to go away, and the kernel to let go of an empty cgroup. */
    public static final long PATIENCE_MILLISECONDS = 10_000;

    private static final String HUGE_PAGES = "hugetlb.";

    private static final int SHOWN = 8;
    private static final int MAKE_ATTEMPTS = 20;

    private final Path path;
    private final Processes processes;
    private final long patience;

    /** A cgroup, existing or not, by the absolute path of its directory. */
    public Cgroup(Path path, Processes processes) {
        this(path, processes, PATIENCE_MILLISECONDS);
    }

    /** The same, with another patience. */
    Cgroup(Path path, Processes processes, long patience) {
        this.path = path;
        this.processes = processes;
        this.patience = patience;
    }

    /** Whether it exists. */
    public boolean exists() {
        return Files.isDirectory(path);
    }

    /** The directories that {@link #make()} will have to make, outermost first: what is to be written to the journal before it. */
    public List<String> missing() {
        var missing = new ArrayList<String>();
        for (var directory = path; directory != null && !Files.exists(directory); directory = directory.getParent()) {
            missing.add(directory.toString());
        }
        return missing.reversed();
    }

    /**
     * Makes the directory and those above it that are missing. A cgroup that exists already is taken if nobody is in it
     * (config-linux.md: a runtime may refuse a cgroup that does not fit).
     *
     * @return whether it was made by this very call: mkdir(2) decides who of several makes it
     * @throws CgroupException if there are processes in it or below it, if it or one above it is frozen, or if it cannot be made
     */
    public boolean make() {
        for (int attempt = 1; ; attempt++) {
            try {
                refuseFrozenAbove();
                boolean isOurs = !Files.exists(path) && makeMissing();
                if (!isOurs) {
                    refuseUnfit();
                }
                return isOurs;
            } catch (IOException e) {
                // The delete of another container has removed an empty parent between our two looks, or is just
                // removing it.
                if (attempt == MAKE_ATTEMPTS || !isGone(e)) {
                    throw new CgroupException("make cgroup " + path, e);
                }
            }
        }
    }

    /** ENOENT, or ENODEV, which a cgroup says that is being removed. */
    private static boolean isGone(IOException e) {
        return e instanceof NoSuchFileException
                || String.valueOf(e.getMessage()).endsWith("No such device");
    }

    /** Whether the last of them, which is this one, was made here. */
    private boolean makeMissing() throws IOException {
        boolean isOurs = false;
        for (var directory : missing()) {
            try {
                var made = Files.createDirectory(Path.of(directory));
                isOurs = made.equals(path);
                if (!isOurs) {
                    CgroupFiles.mark(made);
                }
            } catch (FileAlreadyExistsException e) {
                // Another container has the same parent, or the same cgroup, and was faster.
            }
        }
        return isOurs;
    }

    /** What is born below a frozen cgroup is frozen: create would hang. The root cannot be frozen and has no such file. */
    private void refuseFrozenAbove() throws IOException {
        for (var above = path.getParent(); above != null; above = above.getParent()) {
            try {
                if (CgroupFiles.read(above.resolve("cgroup.freeze")).equals("1")) {
                    throw new CgroupException("cgroup " + above + " is frozen: nothing could run in " + path);
                }
            } catch (NoSuchFileException e) {
                if (Files.exists(above)) {
                    return;
                }
            }
        }
    }

    private void refuseUnfit() throws IOException {
        if (!Files.isDirectory(path)) {
            throw new CgroupException("cgroup " + path + ": not a directory");
        }
        var events = path.resolve("cgroup.events");
        if (CgroupFiles.keyed(events, "populated").equals("1")) {
            var pids = CgroupFiles.processes(path);
            throw new CgroupException(
                    "container's cgroup is not empty: " + pids.size() + " process(es) found in " + path);
        }
        if (CgroupFiles.keyed(events, "frozen").equals("1")) {
            throw new CgroupException("container's cgroup unexpectedly frozen: " + path);
        }
    }

    /**
     * Makes a controller available to this cgroup: enables it in every cgroup from the mount down to the parent that
     * does not have it enabled. Those that a delegation keeps from us usually have.
     *
     * @param mount absolute path of the cgroup2 mount, above this cgroup
     * @param controller name as in cgroup.controllers
     * @throws CgroupException also if a cgroup above has processes, which cgroup v2 allows beside limited ones only at
     *     the root ("no internal processes"): nobody's processes are moved
     */
    public void enable(Path mount, String controller) {
        for (var parent : above(mount)) {
            var file = parent.resolve("cgroup.subtree_control");
            try {
                if (!CgroupFiles.hasWord(file, controller)) {
                    CgroupFiles.write(file, "+" + controller);
                }
            } catch (IOException e) {
                throw new CgroupException(
                        "enable controller " + controller + " in " + file, e, whyNotEnabled(parent, controller));
            }
        }
    }

    /**
     * Has the kernel count what this cgroup uses, as far as that is possible: enables controllers in the cgroups above. Nothing depends on it but statistics.
     *
     * @param mount absolute path of the cgroup2 mount, above this cgroup
     * @param controllers names as in cgroup.controllers
     */
    public void account(Path mount, List<String> controllers) {
        for (var parent : above(mount)) {
            var file = parent.resolve("cgroup.subtree_control");
            for (var controller : controllers) {
                try {
                    if (!CgroupFiles.hasWord(file, controller)) {
                        CgroupFiles.write(file, "+" + controller);
                    }
                } catch (IOException e) {
                    // There are processes beside us, it is not ours, or one above does not have it either: then nobody
                    // counts.
                }
            }
        }
    }

    /** The cgroups from the mount down to the parent of this one. */
    private List<Path> above(Path mount) {
        var above = new ArrayList<Path>();
        for (var parent = path.getParent(); parent != null && parent.startsWith(mount); parent = parent.getParent()) {
            above.add(parent);
        }
        return above.reversed();
    }

    private static String whyNotEnabled(Path parent, String controller) {
        try {
            if (!CgroupFiles.hasWord(parent.resolve("cgroup.controllers"), controller)) {
                return "the cgroup does not have it itself";
            }
            var pids = CgroupFiles.directProcesses(parent);
            return pids.isEmpty()
                    ? ""
                    : "a cgroup cannot both hold processes, here pid " + pids.getFirst()
                            + (pids.size() == 1 ? "" : " and " + (pids.size() - 1) + " more")
                            + ", and distribute resources to those below it";
        } catch (IOException e) {
            return "";
        }
    }

    /** What is set now, for {@link dev.minirt.core.cgroup.limit.CgroupLimits}. */
    public PresentLimits presentLimits() {
        var files = new HashMap<String, String>();
        for (var file : PresentLimits.FILES) {
            try {
                files.put(file, CgroupFiles.read(path.resolve(file)));
            } catch (IOException e) {
                // Its controller is not enabled, or this kernel does not have it: then nothing is set.
            }
        }
        return new PresentLimits(files);
    }

    /**
     * Enables the controllers that settings need: their files are there from then on.
     *
     * @param mount absolute path of the cgroup2 mount, above this cgroup
     * @throws LimitException naming the setting whose controller cannot be had
     */
    public void enable(Path mount, List<CgroupSetting> settings) {
        var enabled = new HashSet<String>();
        for (var setting : settings) {
            try {
                if (!setting.controller().isEmpty() && enabled.add(setting.controller())) {
                    enable(mount, setting.controller());
                }
            } catch (CgroupException e) {
                throw new LimitException(setting.pointer(), e);
            }
        }
    }

    /**
     * Enables the controllers that settings need, and writes them in their order.
     *
     * @param mount absolute path of the cgroup2 mount, above this cgroup
     * @throws LimitException naming the setting that failed; those before it are in effect
     */
    public void apply(Path mount, List<CgroupSetting> settings) {
        enable(mount, settings);
        for (var setting : settings) {
            try {
                write(setting.file(), setting.value(), setting.ifMissing());
            } catch (CgroupException e) {
                throw new LimitException(setting.pointer(), e);
            }
        }
    }

    /**
     * Writes a file of this cgroup.
     *
     * @param file its name
     * @param value what to write
     * @param ifMissing what to do without the file
     */
    public void write(String file, String value, IfMissing ifMissing) {
        try {
            CgroupFiles.write(path.resolve(file), value);
        } catch (NoSuchFileException e) {
            // Not a switch over types: its bootstrap method would spin code at run time.
            if (ifMissing instanceof IfMissing.Instead(var otherFile, var otherValue)) {
                write(otherFile, otherValue, IfMissing.REFUSE);
            } else if (ifMissing instanceof IfMissing.Refuse) {
                throw new CgroupException(writing(file, value), e, file.startsWith(HUGE_PAGES) ? hugePageSizes() : "");
            }
        } catch (IOException e) {
            throw new CgroupException(writing(file, value), e);
        }
    }

    /** What there is in place of a file for huge pages. */
    private String hugePageSizes() {
        var sizes = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(path, HUGE_PAGES + "*.max")) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                var size = name.substring(HUGE_PAGES.length(), name.indexOf('.', HUGE_PAGES.length()));
                sizes.add(size);
            }
        } catch (IOException e) {
            return "";
        }
        return sizes.isEmpty() ? "" : "this machine has huge pages of " + String.join(", ", sizes);
    }

    private String writing(String file, String value) {
        return "write " + (value.isEmpty() ? "nothing" : value) + " to " + path.resolve(file);
    }

    /**
     * Makes a user the owner of this cgroup and of those of its files that may be given away (C6): those that the kernel names and that
     * are there.
     *
     * @param uid the user's id on the host
     */
    public void delegate(long uid) {
        try {
            CgroupFiles.own(path, uid);
            for (var file : CgroupFiles.delegated()) {
                CgroupFiles.own(path.resolve(file), uid);
            }
        } catch (IOException e) {
            throw new CgroupException("give cgroup " + path + " to user " + uid, e);
        }
    }

    /** The lines of some of its files, of those that are there. */
    public Map<String, List<String>> lines(List<String> files) {
        var lines = new LinkedHashMap<String, List<String>>();
        for (var file : files) {
            try {
                lines.put(file, Files.readAllLines(path.resolve(file)));
            } catch (IOException e) {
                // Its controller is not enabled, or this kernel does not have it: then there is nothing to keep.
            }
        }
        return lines;
    }

    /**
     * Writes lines that were read before to where they are no longer.
     *
     * @param lines lines by their files
     */
    public void restore(Map<String, List<String>> lines) {
        var present = lines(List.copyOf(lines.keySet()));
        for (var file : lines.entrySet()) {
            for (var line : file.getValue()) {
                if (!present.getOrDefault(file.getKey(), List.of()).contains(line)) {
                    write(file.getKey(), line, IfMissing.REFUSE);
                }
            }
        }
    }

    /** Whether a process is in it or below it. */
    public boolean isPopulated() {
        try {
            return CgroupFiles.keyed(path.resolve("cgroup.events"), "populated").equals("1");
        } catch (IOException e) {
            return false;
        }
    }

    /** What it says of memory; nothing if there is no memory controller. */
    public MemoryShortage memoryShortage() {
        try {
            var kills = CgroupFiles.keyed(path.resolve("memory.events"), "oom_kill");
            return new MemoryShortage(kills.isEmpty() ? 0 : Long.parseLong(kills), memoryLimit());
        } catch (IOException e) {
            return MemoryShortage.NONE;
        }
    }

    private long memoryLimit() throws IOException {
        try {
            var limit = CgroupFiles.read(path.resolve("memory.max"));
            return limit.equals("max") ? -1 : Long.parseLong(limit);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    /** The pids of the processes in it, without those below it. */
    public List<Integer> ownProcesses() {
        try {
            return CgroupFiles.read(path.resolve("cgroup.procs"))
                    .lines()
                    .map(Integer::valueOf)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The pids of all processes in it and below it. */
    public List<Integer> processes() {
        return CgroupFiles.processes(path);
    }

    /** Kills every process in it and below it, forks under way included; frozen ones too: cgroup.kill, since Linux 5.14. */
    public void kill() {
        try {
            CgroupFiles.write(path.resolve("cgroup.kill"), "1");
        } catch (NoSuchFileException e) {
            // The cgroup is gone.
        } catch (IOException e) {
            throw new CgroupException("kill the processes of cgroup " + path, e);
        }
    }

    /** Kills what is in it and waits until it is empty. */
    public void empty() {
        if (!isPopulated()) {
            return;
        }
        kill();
        var backOff = new BackOff(patience);
        while (isPopulated()) {
            if (!backOff.pause()) {
                throw new CgroupException("processes of cgroup " + path + " do not end after SIGKILL: " + survivors());
            }
        }
    }

    /** Leaves it to whoever is in it: the last one removes it, though it was made for another. */
    public void bequeath() {
        CgroupFiles.mark(path);
    }

    /**
     * Empties and removes what was made for a container.
     *
     * @param made the directories that the journal names, outermost first; those above this cgroup, and others that were made for
     *     containers, are removed only if nothing else uses them. If this cgroup is not among them, and was not {@linkplain #bequeath left} by a container, it
     *     existed before and stays
     */
    public void remove(List<String> made) {
        if (exists()) {
            empty();
        }
        if (isToGo(made)) {
            removeTree();
            removeAbove(made);
        }
    }

    /**
     * The same for a cgroup in which nobody is: it kills nobody.
     *
     * @return whether nobody was, and none has come meanwhile; if not, something of what was made is still there
     */
    public boolean removeIfEmpty(List<String> made) {
        if (isPopulated()) {
            return false;
        }
        if (isToGo(made)) {
            try {
                deleteTree();
            } catch (IOException e) {
                return false;
            }
            removeAbove(made);
        }
        return true;
    }

    private boolean isToGo(List<String> made) {
        return made.contains(path.toString()) || CgroupFiles.isMarked(path);
    }

    private void removeAbove(List<String> made) {
        for (var parent : made.reversed()) {
            if (parent.equals(path.toString())) {
                continue;
            }
            try {
                Files.deleteIfExists(Path.of(parent));
            } catch (IOException e) {
                // Another container lives below it, which then is the one to remove it.
                return;
            }
        }
        removeMarkedAbove();
    }

    /** Cgroups above that were made for another container, which was deleted earlier, go with the last that lives below them. */
    private void removeMarkedAbove() {
        for (var above = path.getParent(); above != null; above = above.getParent()) {
            try {
                if (Files.exists(above) && !CgroupFiles.isMarked(above)) {
                    return;
                }
                Files.deleteIfExists(above);
            } catch (IOException e) {
                return;
            }
        }
    }

    private void removeTree() {
        var backOff = new BackOff(patience);
        while (true) {
            try {
                deleteTree();
                return;
            } catch (DirectoryNotEmptyException e) {
                // A cgroup was made in it meanwhile; or EBUSY, see below.
                giveUpAfter(backOff, e);
            } catch (FileSystemException e) {
                // EBUSY: the last process is no longer counted but not yet gone, or one was born before it died.
                giveUpAfter(backOff, e);
            } catch (IOException e) {
                throw new CgroupException("remove cgroup " + path, e);
            }
            if (isPopulated()) {
                kill();
            }
        }
    }

    /** One attempt. */
    private void deleteTree() throws IOException {
        for (var directory : CgroupFiles.tree(path)) {
            Files.deleteIfExists(directory);
        }
    }

    private void giveUpAfter(BackOff backOff, IOException reason) {
        if (!backOff.pause()) {
            var survivors = survivors();
            throw new CgroupException(
                    "remove cgroup " + path + (survivors.isEmpty() ? "" : ", in which is " + survivors), reason);
        }
    }

    private String survivors() {
        var text = new StringBuilder();
        int count = 0;
        for (int pid : processes()) {
            if (count++ == SHOWN) {
                text.append(" and more");
                break;
            }
            text.append(text.isEmpty() ? "" : ", ").append(processes.describe(pid));
        }
        return text.toString();
    }
}
