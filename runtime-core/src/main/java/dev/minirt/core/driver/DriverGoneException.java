package dev.minirt.core.driver;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The stream to the driver has ended: nobody is left to work for, and nobody to tell. */
public final class DriverGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DriverGoneException(@Nullable IOException cause) {
        super("the driver is gone", cause);
    }
}
