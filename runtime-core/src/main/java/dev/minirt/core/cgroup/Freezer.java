package dev.minirt.core.cgroup;

import dev.minirt.core.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Stops the processes of a cgroup and of all below it, and lets them go on: {@code cgroup.freeze} of the kernel's
 * Documentation/admin-guide/cgroup-v2.rst. Asking and having it are two things: a process that is deep in the kernel stops late, or never.
 *
 * <p>A cgroup is also stopped if one above it is. One below it that its own processes have frozen stays as they want it.
 */
public final class Freezer {
    private static final String FREEZE = "cgroup.freeze";

    /** Where the kernel keeps a frozen process. */
    private static final String TRAP = "do_freezer_trap";

    private static final int SHOWN = 8;

    private final Path path;

    /** The freezer of a cgroup by the absolute path of its directory. */
    public Freezer(Path path) {
        this.path = path;
    }

    /** Whether this cgroup, and not only one above it, is to be frozen; not if it is gone. */
    public boolean isAsked() {
        return isAsked(path);
    }

    private static boolean isAsked(Path cgroup) {
        try {
            var content = Files.readAllBytes(cgroup.resolve(FREEZE));
            return content.length > 0 && content[0] == '1';
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether every process in it is frozen, for whatever reason. */
    public boolean isFrozen() {
        try {
            return CgroupFiles.keyed(path.resolve("cgroup.events"), "frozen").equals("1");
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks for it. {@link #isFrozen()} tells when it is done. */
    public void freeze() {
        try {
            CgroupFiles.write(path.resolve(FREEZE), "1");
        } catch (IOException e) {
            throw new CgroupException("freeze cgroup " + path, e);
        }
    }

    /** Lets everything in it go on, as far as nothing else keeps it frozen. A cgroup that is gone needs it no longer. */
    public void thaw() {
        try {
            CgroupFiles.write(path.resolve(FREEZE), "0");
        } catch (NoSuchFileException e) {
            // Nothing is in it.
        } catch (IOException e) {
            throw new CgroupException("thaw cgroup " + path, e);
        }
    }

    /** The nearest cgroup above that is to be frozen. */
    public Optional<Path> frozenAncestor() {
        // The root of the hierarchy has no such file.
        for (var above = path.getParent();
                above != null && Files.exists(above.resolve(FREEZE));
                above = above.getParent()) {
            if (isAsked(above)) {
                return Optional.of(above);
            }
        }
        return Optional.empty();
    }

    /** The processes that are not frozen, described for people; empty if there is none. */
    public String awake(Processes processes) {
        var awake = new ArrayList<String>();
        for (int pid : CgroupFiles.processes(path)) {
            var description = processes.describe(pid);
            if (!description.contains(TRAP)) {
                if (awake.size() == SHOWN) {
                    awake.add("and more");
                    break;
                }
                awake.add(description);
            }
        }
        return String.join(", ", awake);
    }
}
