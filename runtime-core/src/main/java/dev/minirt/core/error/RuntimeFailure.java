package dev.minirt.core.error;

import dev.minirt.spec.JsonPointer;
import java.util.Optional;

/** An operation of a plan failed. The message is the whole story in one line; the parts are for programs. */
public final class RuntimeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Details details;

    /**
     * The parts.
     *
     * @param operation the operation, as ops.def calls it
     * @param step what was being tried, as ops.def calls it
     * @param pointer the member of config.json that asked for it; the root if it is part of every container
     * @param errno the error; 0 if there is none, as when a hook failed
     * @param detail the object, or what the kernel or a hook said; may be empty
     * @param hint what may help
     */
    public record Details(
            String operation, String step, JsonPointer pointer, int errno, String detail, Optional<String> hint) {}

    RuntimeFailure(String message, Details details) {
        super(message);
        this.details = details;
    }

    /** The parts. */
    public Details details() {
        return details;
    }

    /** The message; never absent. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
