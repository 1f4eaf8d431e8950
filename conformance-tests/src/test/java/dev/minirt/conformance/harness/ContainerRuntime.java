package dev.minirt.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The installed binary under test: the property {@code minirt.runtime}, or else {@code RUNTIME} in the environment. */
public record ContainerRuntime(Path binary, Flavour flavour) {

    /** Empty if no runtime was named, in which case all tests are skipped. */
    public static Optional<ContainerRuntime> underTest() {
        return Stream.of(
                        System.getProperty("minirt.runtime"),
                        System.getenv("MINIRT_TEST_RUNTIME"),
                        System.getenv("RUNTIME"))
                .filter(name -> name != null && !name.isBlank())
                .findFirst()
                .map(Path::of)
                .map(ContainerRuntime::at);
    }

    private static ContainerRuntime at(Path binary) {
        Path absolute = binary.toAbsolutePath().normalize();
        if (!Files.isExecutable(absolute)) {
            throw new IllegalArgumentException("the runtime under test is not an executable file: " + absolute);
        }
        return new ContainerRuntime(absolute, Flavour.of(absolute));
    }

    /** Whether this is the version of the peer whose deviations the tests list, so that each must be found. */
    boolean isListedVersion() {
        try {
            Process process = new ProcessBuilder(binary.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return !flavour.listedVersion().isEmpty()
                    && version.matches("(?s)\\w+ version " + Pattern.quote(flavour.listedVersion()) + "(?![0-9.]).*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isMinirt() {
        return flavour == Flavour.MINIRT;
    }
}
