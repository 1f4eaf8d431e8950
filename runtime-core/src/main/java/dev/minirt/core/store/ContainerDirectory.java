package dev.minirt.core.store;

import dev.minirt.core.host.IoReason;
import dev.minirt.core.plan.PlanOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The directory of one container, which need not exist. Its file names are in the package's description. */
public final class ContainerDirectory {
    private static final String STATE = "state.json";
    private static final String CONFIG = "config.json";
    private static final String RESOURCES = "resources.json";
    private static final String FILTER = "seccomp";
    private static final String LOCK = "lock";

    /** Larger records are refused: a container's annotations may be as large as its configuration. */
    private static final int LIMIT = 32 << 20;

    /** The kernel takes 4096 instructions of 8 bytes; the rest is what minirt adds. */
    private static final int LARGEST_FILTER = 1 << 16;

    private static final int REMOVE_ATTEMPTS = 100;

    private final Store store;
    private final ContainerId id;
    private final Path path;

    ContainerDirectory(Store store, ContainerId id, Path path) {
        this.store = store;
        this.id = id;
        this.path = path;
    }

    /** The container's id. */
    public ContainerId id() {
        return id;
    }

    /** Absolute path of the directory. */
    public Path path() {
        return path;
    }

    /** Whether there is such a directory. */
    public boolean exists() {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && (Files.exists(lockFile(), LinkOption.NOFOLLOW_LINKS)
                        || Files.exists(path.resolve(STATE), LinkOption.NOFOLLOW_LINKS)
                        || isEmpty());
    }

    /** As a create leaves it that is killed before it could lock, and a delete before it could remove the directory itself. */
    private boolean isEmpty() {
        try (var entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    Path lockFile() {
        return path.resolve(LOCK);
    }

    /**
     * Takes the lock, waiting for a command that has it.
     *
     * @param milliseconds how long to wait at most
     * @throws StoreException if the container does not exist or the other command takes longer
     */
    public ContainerLock lock(long milliseconds) {
        var lock = ContainerLock.acquire(store, this, milliseconds);
        if (lock == null) {
            throw new StoreException("container " + id + " is being changed by another command");
        }
        return lock;
    }

    /** Whether a command is changing the container at this moment. For readers: takes no lock and waits for none. */
    public boolean isBeingChanged() {
        var key = FileIdentity.keyOf(path);
        return store.holds().ask(() -> store.holds().isHeld(key) || isLocked(lockFile()));
    }

    /** Whether a process has a write lock on a file of the directory; not if there is no such file. */
    public boolean isLocked(String name) {
        return store.holds().ask(() -> isLocked(path.resolve(name)));
    }

    private boolean isLocked(Path file) {
        try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            // A shared lock conflicts with a write lock only: readers do not see each other.
            return channel.tryLock(0, Long.MAX_VALUE, true) == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new StoreException("read state of container " + id + ": " + file.getFileName(), e);
        }
    }

    /** Reads the record. Never waits, whatever lies there. */
    public StoredState read() {
        var file = path.resolve(STATE);
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                return new StoredState.Broken("state.json is not a regular file");
            }
            if (attributes.size() > LIMIT) {
                return new StoredState.Broken("state.json is larger than " + (LIMIT >> 20) + " MiB");
            }
            return new StoredState.Known(RecordFormat.read(id, Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return new StoredState.Remnant();
        } catch (IOException e) {
            return new StoredState.Broken("state.json: " + IoReason.of(e));
        } catch (StoreException e) {
            return new StoredState.Broken(String.valueOf(e.getMessage()));
        }
    }

    /** Replaces the record, at once and as a whole. */
    public void write(ContainerRecord container) {
        var content = RecordFormat.write(container);
        if (content.length > LIMIT) {
            throw new StoreException("annotations are too large: the record would exceed " + (LIMIT >> 20) + " MiB");
        }
        replace(STATE, content);
    }

    /** Keeps the configuration as it was read. */
    public void writeConfig(byte[] content) {
        replace(CONFIG, content);
    }

    /**
     * The configuration that create read.
     *
     * @throws StoreException if there is none; {@code container does not exist} if that is because somebody has removed the container meanwhile
     */
    public byte[] readConfig() {
        try {
            return Files.readAllBytes(path.resolve(CONFIG));
        } catch (IOException e) {
            // Removed behind the record: see remove().
            if (e instanceof NoSuchFileException && !Files.exists(path.resolve(STATE), LinkOption.NOFOLLOW_LINKS)) {
                throw Store.doesNotExist(id);
            }
            throw new StoreException("read the kept config.json of container " + id, e);
        }
    }

    /** Keeps the compiled system call filter. */
    public void writeFilter(byte[] content) {
        replace(FILTER, content);
    }

    /** The compiled system call filter as it was kept; empty if there is none, or none that can be read: it can be made anew. */
    public byte[] readFilter() {
        var file = path.resolve(FILTER);
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() && attributes.size() <= LARGEST_FILTER
                    ? Files.readAllBytes(file)
                    : new byte[0];
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** Keeps the limits as updates have made them. */
    public void writeResources(byte[] content) {
        replace(RESOURCES, content);
    }

    /** The limits as updates have made them; empty if there was none. */
    public byte[] readResources() {
        try {
            return Files.readAllBytes(path.resolve(RESOURCES));
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new StoreException("read the kept limits of container " + id, e);
        }
    }

    private void replace(String name, byte[] content) {
        // Only the holder of the lock writes, so a fixed name cannot collide; what a killed writer left is replaced.
        var temporary = path.resolve("." + name + ".new");
        try {
            Files.deleteIfExists(temporary);
            try (var channel = FileChannel.open(
                    temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Permissions.ofFile())) {
                var buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            Permissions.restoreFile(temporary);
            Files.move(temporary, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StoreException("write " + path.resolve(name), e);
        }
    }

    /**
     * Removes the directory with all that is in it, the record and then the configuration last but for the lock: what is left by a kill in the middle is still
     * found, and whoever has read the record without the lock and misses the configuration knows why. Never descends into the root's mount point: if a root were attached there, it would be emptied.
     */
    public void remove() {
        try {
            for (var entry : entries(path)) {
                var name = String.valueOf(entry.getFileName());
                if (name.equals(PlanOptions.ROOT_MOUNT_POINT)) {
                    Files.deleteIfExists(entry);
                } else if (!name.equals(STATE) && !name.equals(CONFIG) && !name.equals(LOCK)) {
                    removeTree(entry);
                }
            }
            removeTree(path.resolve(STATE));
            removeTree(path.resolve(CONFIG));
            for (int attempt = 1; ; attempt++) {
                try {
                    removeTree(path.resolve(LOCK));
                    Files.deleteIfExists(path);
                    return;
                } catch (DirectoryNotEmptyException e) {
                    // Somebody who waits for the lock has just made it anew.
                    if (attempt == REMOVE_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new StoreException("remove state directory " + path, e);
        }
    }

    /** Removes the directory if there is nothing in it: of a create that could not even make the lock. */
    public void abandon() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Somebody else is at work in it, or delete will find it.
        }
    }

    private static void removeTree(Path tree) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            for (var entry : entries(tree)) {
                removeTree(entry);
            }
        }
        Files.deleteIfExists(tree);
    }

    private static List<Path> entries(Path directory) throws IOException {
        var entries = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(directory)) {
            for (var entry : stream) {
                entries.add(entry);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return entries;
    }
}
