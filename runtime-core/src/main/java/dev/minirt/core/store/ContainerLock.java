package dev.minirt.core.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a container. A record lock, fcntl_locking(2): the kernel takes it back when its holder dies. While it is held,
 * the file must not be opened again in this process, since closing any descriptor of it drops the lock.
 */
public final class ContainerLock implements AutoCloseable {
    private static final int SHORTEST_WAIT = 1;
    private static final int LONGEST_WAIT = 50;

    private final Holds holds;
    private final Object key;
    private final FileChannel channel;

    private ContainerLock(Holds holds, Object key, FileChannel channel) {
        this.holds = holds;
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes the lock, waiting for whoever has it.
     *
     * @param milliseconds how long to wait at most
     * @return the lock; null if it is still held by somebody else
     * @throws StoreException if the container does not exist, or no longer
     */
    static @Nullable ContainerLock acquire(Store store, ContainerDirectory directory, long milliseconds) {
        long deadline = System.nanoTime() + milliseconds * 1_000_000;
        int wait = SHORTEST_WAIT;
        while (true) {
            var lock = attempt(store, directory);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline >= 0) {
                return null;
            }
            pause(wait);
            wait = Math.min(wait * 2, LONGEST_WAIT);
        }
    }

    private static @Nullable ContainerLock attempt(Store store, ContainerDirectory directory) {
        var id = directory.id();
        var holds = store.holds();
        var key = FileIdentity.keyOf(directory.path());
        if (key.equals(FileIdentity.NOTHING)) {
            throw Store.doesNotExist(id);
        }
        if (!holds.take(key)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            var file = directory.lockFile();
            var before = FileIdentity.of(file);
            if (before == null) {
                make(file);
                before = FileIdentity.of(file);
            }
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            // Whoever had the lock before may have removed the container, and another one may have taken its place:
            // only a file that
            // was there before it was opened and still is there when it is locked is the right one.
            locked = channel.tryLock() != null && before != null && before.isThatOf(file);
            if (locked) {
                return new ContainerLock(holds, key, channel);
            }
            return null;
        } catch (OverlappingFileLockException e) {
            return null;
        } catch (NoSuchFileException e) {
            throw Store.doesNotExist(id);
        } catch (IOException e) {
            throw new StoreException("lock container " + id + " by " + directory.lockFile(), e);
        } finally {
            if (!locked) {
                holds.release(key);
                closeQuietly(channel);
            }
        }
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(file, Permissions.ofFile());
            Permissions.restoreFile(file);
        } catch (FileAlreadyExistsException e) {
            // Somebody else made it; one is enough.
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written: closing cannot lose anything.
            }
        }
    }

    private static void pause(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted");
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
        holds.release(key);
    }
}
