package dev.minirt.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Resources of classes, read without opening the jar if they lie unpacked in the directory that the system property
 * {@value #PROPERTY} names, as they do in the distribution: the JVM takes classes from its cache, and would only for a resource read
 * the jar's directory of some thousand entries, for about 10 ms.
 */
public final class UnpackedResource {
    /** A directory laid out as the jar, or unset. */
    public static final String PROPERTY = "minirt.resources";

    private UnpackedResource() {}

    /**
     * The bytes of a resource, or null if there is none of the name.
     *
     * @param owner a class of its package
     * @param name its name in the package
     */
    public static byte @Nullable [] read(Class<?> owner, String name) throws IOException {
        var directory = System.getProperty(PROPERTY);
        if (directory != null) {
            try {
                return Files.readAllBytes(
                        Path.of(directory, owner.getPackageName().replace('.', '/'), name));
            } catch (NoSuchFileException e) {
                // Then it is in the jar.
            }
        }
        try (var in = owner.getResourceAsStream(name)) {
            return in == null ? null : in.readAllBytes();
        }
    }
}
