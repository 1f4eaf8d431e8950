package dev.minirt.cli;

import dev.minirt.core.host.UnpackedResource;
import dev.minirt.spec.OciVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
            List<String> lines =
                    new String(text, StandardCharsets.UTF_8).lines().toList();
            return number < lines.size()
                            && !lines.get(number).isEmpty()
                            && !lines.get(number).startsWith("$")
                    ? lines.get(number)
                    : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
