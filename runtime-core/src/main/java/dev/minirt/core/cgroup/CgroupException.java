package dev.minirt.core.cgroup;

import dev.minirt.core.host.IoReason;
import java.io.IOException;

/** Something could not be done with a cgroup; the message is one line for people. */
public final class CgroupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CgroupException(String message) {
        super(message);
    }

    /** What was attempted, with which path, and why it failed. */
    public CgroupException(String attempt, IOException cause) {
        this(attempt, cause, "");
    }

    /** As before, with what explains it; may be empty. */
    public CgroupException(String attempt, IOException cause, String hint) {
        super(attempt + ": " + IoReason.of(cause) + (hint.isEmpty() ? "" : "; " + hint), cause);
    }
}
