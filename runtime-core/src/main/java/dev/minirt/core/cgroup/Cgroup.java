package dev.minirt.core.cgroup;

import dev.minirt.core.host.Processes;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cgroup of one container: a directory below the cgroup2 mount. */
public final class Cgroup {
    /** How long processes may take to go away, and the kernel to let go of an empty cgroup. */
    public static final long PATIENCE_MILLISECONDS = 10_000;

    private static final int SHOWN = 8;
    private static final int MAKE_ATTEMPTS = 20;

    private final Path path;
    private final Processes processes;

    /** A cgroup, existing or not, by the absolute path of its directory. */
    public Cgroup(Path path, Processes processes) {
        this.path = path;
        this.processes = processes;
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
     * @throws CgroupException if it has processes or is frozen, or cannot be made
     */
    public void make() {
        try {
            if (Files.exists(path)) {
                refuseUnfit();
                return;
            }
            for (int attempt = 1; ; attempt++) {
                try {
                    makeMissing();
                    return;
                } catch (NoSuchFileException e) {
                    // The delete of another container removed an empty parent between our two looks.
                    if (attempt == MAKE_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new CgroupException("make cgroup " + path, e);
        }
    }

    private void makeMissing() throws IOException {
        for (var directory : missing()) {
            try {
                Files.createDirectory(Path.of(directory));
            } catch (FileAlreadyExistsException e) {
                // Another container has the same parent and was faster.
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
     * Makes a controller available to this cgroup: enables it in every cgroup from the mount down to the parent.
     *
     * @param mount absolute path of the cgroup2 mount, above this cgroup
     * @param controller name as in cgroup.controllers
     */
    public void enable(Path mount, String controller) {
        var above = new ArrayList<Path>();
        for (var parent = path.getParent(); parent != null && parent.startsWith(mount); parent = parent.getParent()) {
            above.add(parent);
        }
        for (var parent : above.reversed()) {
            var file = parent.resolve("cgroup.subtree_control");
            try {
                CgroupFiles.write(file, "+" + controller);
            } catch (IOException e) {
                throw new CgroupException("enable controller " + controller + " in " + file, e);
            }
        }
    }

    /**
     * Writes a file of this cgroup.
     *
     * @param file its name
     * @param value what to write
     * @param mayBeMissing a kernel without the file does what is asked anyway
     */
    public void write(String file, String value, boolean mayBeMissing) {
        try {
            CgroupFiles.write(path.resolve(file), value);
        } catch (NoSuchFileException e) {
            if (!mayBeMissing) {
                throw new CgroupException("write " + value + " to " + path.resolve(file), e);
            }
        } catch (IOException e) {
            throw new CgroupException("write " + value + " to " + path.resolve(file), e);
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

    /** Whether the kernel has killed a process of it for want of memory; not if there is no memory controller. */
    public boolean hasRunOutOfMemory() {
        try {
            var kills = CgroupFiles.keyed(path.resolve("memory.events"), "oom_kill");
            return !kills.isEmpty() && !kills.equals("0");
        } catch (IOException e) {
            return false;
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
        var backOff = new BackOff(PATIENCE_MILLISECONDS);
        while (isPopulated()) {
            if (!backOff.pause()) {
                throw new CgroupException("processes of cgroup " + path + " do not end after SIGKILL: " + survivors());
            }
        }
    }

    /**
     * Empties and removes what was made for a container.
     *
     * @param made the directories that the journal names, outermost first; those above this cgroup are removed only if nothing else uses
     *     them. If this cgroup is not among them it existed before the container and stays
     */
    public void remove(List<String> made) {
        if (exists()) {
            empty();
        }
        if (!made.contains(path.toString())) {
            return;
        }
        removeTree();
        for (var parent : made.reversed()) {
            if (parent.equals(path.toString())) {
                continue;
            }
            try {
                Files.deleteIfExists(Path.of(parent));
            } catch (IOException e) {
                // Another container lives below it; the last one of those made by us is not the one to remove it.
                return;
            }
        }
    }

    private void removeTree() {
        var backOff = new BackOff(PATIENCE_MILLISECONDS);
        while (true) {
            try {
                for (var directory : CgroupFiles.tree(path)) {
                    Files.deleteIfExists(directory);
                }
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
