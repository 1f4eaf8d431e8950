package dev.minirt.conformance.harness;

import java.nio.file.Path;
import java.util.Locale;

/** The runtimes whose behaviour the tests know; derived from the name of the binary. */
public enum Flavour {
    MINIRT,
    RUNC,
    CRUN;

    static Flavour of(Path binary) {
        String name = binary.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.contains("minirt")) {
            return MINIRT;
        }
        if (name.contains("crun")) {
            return CRUN;
        }
        if (name.contains("runc")) {
            return RUNC;
        }
        throw new IllegalArgumentException("neither minirt nor runc nor crun: " + binary);
    }
}
