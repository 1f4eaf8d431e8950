package dev.minirt.core.bundle;

import dev.minirt.core.host.IoReason;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import dev.minirt.spec.Warning;
import dev.minirt.spec.json.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A bundle whose configuration has been read.
 *
 * @param path absolute path of its directory
 * @param config the bytes of config.json, as they were read once and for all
 * @param spec what they mean
 * @param warnings what the author of the configuration should look at
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on, never compared
public record Bundle(Path path, byte[] config, Spec spec, List<Warning> warnings) {
    /** Name of the configuration in a bundle. */
    public static final String CONFIG = "config.json";

    /** More than any configuration may have; the reader of it says how much is allowed. */
    private static final int LIMIT = (16 << 20) + 1;

    public Bundle {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads the bundle in a directory.
     *
     * @param directory absolute path
     * @throws BundleException if there is no directory or no configuration
     * @throws SpecException if the configuration cannot be used
     */
    public static Bundle load(Path directory) {
        var config = read(directory);
        var result = SpecReader.read(config);
        return new Bundle(directory, config, result.document(), result.warnings());
    }

    private static byte[] read(Path directory) {
        try {
            if (!Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
                throw new BundleException("bundle " + directory + ": not a directory");
            }
        } catch (IOException e) {
            throw new BundleException("bundle " + directory + ": " + IoReason.of(e));
        }
        var file = directory.resolve(CONFIG);
        try {
            // Opening a FIFO would wait for a writer.
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new BundleException(file + ": not a regular file");
            }
            try (var in = Files.newInputStream(file)) {
                return in.readNBytes(LIMIT);
            }
        } catch (NoSuchFileException e) {
            throw new BundleException("JSON specification file config.json not found in bundle " + directory);
        } catch (IOException e) {
            throw new BundleException(file + ": " + IoReason.of(e));
        }
    }

    /** Absolute path of the root file system: root.path is relative to the bundle. */
    public Path rootfs() {
        return path.resolve(spec.root().path());
    }

    /**
     * Looks for the root file system.
     *
     * @throws SpecException if there is none (config.md: root.path must exist and be a directory)
     */
    public void requireRootfs() {
        String problem;
        try {
            if (Files.readAttributes(rootfs(), BasicFileAttributes.class).isDirectory()) {
                return;
            }
            problem = "not a directory";
        } catch (IOException e) {
            problem = IoReason.of(e);
        }
        throw new SpecException(
                List.of(new Violation(JsonPointer.ROOT.child("root").child("path"), rootfs() + ": " + problem)));
    }
}
