package dev.minirt.cli;

import dev.minirt.core.host.UnpackedResource;
import dev.minirt.spec.OciVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Which minirt this is: two lines that the build writes into a resource. */
final class Version {
    private static final String UNKNOWN = "unknown";

    private Version() {}

    /** In the layout of runc, which docker and podman take apart. */
    static String text() {
        return "minirt version " + version() + "\ncommit: " + commit() + "\nspec: " + OciVersion.MAX + "\n";
    }

    /** The version. */
    static String version() {
        return line(0);
    }

    /** The commit that was built; {@code unknown} if the build was not told. */
    static String commit() {
        return line(1);
    }

    private static String line(int number) {
        try {
            byte[] text = UnpackedResource.read(Version.class, "version.txt");
            if (text == null) {
                return UNKNOWN;
            }
            var lines = new String(text, StandardCharsets.UTF_8).split("\n", -1);
            return number < lines.length && !lines[number].isEmpty() && !lines[number].startsWith("$")
                    ? lines[number]
                    : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
