package dev.minirt.core.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All containers below one state root ({@code --root}). */
public final class Store {
    private final Path root;

    private final Holds holds;

    /** The containers below an absolute path, which need not exist yet. */
    public Store(Path root) {
        this(root, new Holds());
    }

    /** The containers below an absolute path, in a process whose other threads may work with the same ones. */
    public Store(Path root, Holds holds) {
        this.root = root;
        this.holds = holds;
    }

    /** The state root. */
    public Path root() {
        return root;
    }

    /** Where a container's directory is or would be. */
    public ContainerDirectory directory(ContainerId id) {
        return new ContainerDirectory(this, id, root.resolve(id.text()));
    }

    /**
     * The directory of a container that must exist.
     *
     * @throws StoreException {@code container does not exist}
     */
    public ContainerDirectory find(ContainerId id) {
        var directory = directory(id);
        if (!directory.exists()) {
            throw doesNotExist(id);
        }
        return directory;
    }

    /** What callers look for in the message: containerd and podman treat it as success of a delete. */
    static StoreException doesNotExist(ContainerId id) {
        return new StoreException("container does not exist: " + id);
    }

    /**
     * Makes the directory of a new container: mkdir decides which of several creates of one id wins.
     *
     * @throws StoreException if the id is in use or nothing can be made there
     */
    public ContainerDirectory create(ContainerId id) {
        makeRoot();
        var directory = directory(id);
        try {
            Files.createDirectory(directory.path(), Permissions.ofDirectory());
            Permissions.restoreDirectory(directory.path());
        } catch (FileAlreadyExistsException e) {
            throw new StoreException("container with given ID already exists: " + id);
        } catch (IOException e) {
            throw new StoreException("make state directory " + directory.path(), e);
        }
        return directory;
    }

    private void makeRoot() {
        var missing = new ArrayList<Path>();
        for (var path = root; path != null && !Files.exists(path); path = path.getParent()) {
            missing.add(path);
        }
        for (var path : missing.reversed()) {
            try {
                Files.createDirectory(path, Permissions.ofDirectory());
                Permissions.restoreDirectory(path);
            } catch (FileAlreadyExistsException e) {
                // Another create was faster, or it is no directory: then the next mkdir says so.
            } catch (IOException e) {
                throw new StoreException("make state root " + path, e);
            }
        }
        if (!Files.isDirectory(root)) {
            throw new StoreException("state root " + root + ": not a directory");
        }
    }

    /**
     * The ids of all containers, sorted. What else lies in the root is passed over.
     *
     * @throws StoreException if the root exists and cannot be read
     */
    public List<ContainerId> ids() {
        var ids = new ArrayList<ContainerId>();
        try (var entries = Files.newDirectoryStream(root)) {
            for (var entry : entries) {
                var name = String.valueOf(entry.getFileName());
                if (ContainerId.isValid(name)) {
                    var id = new ContainerId(name);
                    if (directory(id).exists()) {
                        ids.add(id);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new StoreException("read state root " + root, e);
        } catch (DirectoryIteratorException e) {
            throw new StoreException("read state root " + root + ": " + e.getMessage());
        }
        Collections.sort(ids);
        return ids;
    }

    Holds holds() {
        return holds;
    }
}
