package dev.minirt.conformance.harness;

import java.nio.file.Path;
import java.util.Locale;

/** The runtimes whose behaviour the tests know; derived from the name of the binary. */
public enum Flavour {
    MINIRT(""),
    RUNC("1.1.5"),
    /** Run in {@code hack/vm}, and there only through the classes about cgroups, pausing and systemd: what others list is from its sources. */
    CRUN("1.8.1");

    private final String listedVersion;

    Flavour(String listedVersion) {
        this.listedVersion = listedVersion;
    }

    /** The version whose deviations are listed, and must all be there; empty if the list is not verified. */
    public String listedVersion() {
        return listedVersion;
    }

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
