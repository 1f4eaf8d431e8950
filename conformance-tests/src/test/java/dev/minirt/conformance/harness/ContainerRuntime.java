package dev.minirt.conformance.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

    public boolean isMinirt() {
        return flavour == Flavour.MINIRT;
    }
}
