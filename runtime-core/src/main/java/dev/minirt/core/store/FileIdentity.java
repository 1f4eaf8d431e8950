package dev.minirt.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** Which file a path names. An inode number alone may be used again; with its birth it is not. */
record FileIdentity(Object key, FileTime birth) {
    /** The key of what does not exist. */
    static final Object NOTHING = "nothing";

    boolean isThatOf(Path file) throws IOException {
        var other = of(file);
        return other != null && key.equals(other.key) && birth.equals(other.birth);
    }

    static @Nullable FileIdentity of(Path file) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            var key = attributes.fileKey();
            return key == null ? null : new FileIdentity(key, attributes.creationTime());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** What tells a file that exists from every other one, by whatever path it is reached; {@link #NOTHING} if there is none. */
    static Object keyOf(Path file) {
        try {
            var identity = of(file);
            return identity == null ? NOTHING : identity.key();
        } catch (IOException e) {
            return NOTHING;
        }
    }
}
