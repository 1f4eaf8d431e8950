package dev.minirt.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Documents among the test resources: those of engines, and one with every member of the specification. */
public final class Fixture {
    private Fixture() {}

    /** The configuration with every member that there is. */
    public static byte[] everything() {
        return load("everything.json");
    }

    /** A document that an engine wrote. */
    public static byte[] engine(String name) {
        return load("engines/" + name);
    }

    /** The names of documents that engines wrote, by the end of their names, for example {@code .config.json}. */
    public static List<String> engines(String end) {
        try {
            URL url = Objects.requireNonNull(Fixture.class.getResource("engines"));
            try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
                return files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith(end))
                        .sorted()
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] load(String name) {
        try (InputStream in = Objects.requireNonNull(Fixture.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
