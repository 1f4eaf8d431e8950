package dev.minirt.spec.rule;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import dev.minirt.spec.Warning;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong or odd in one document. */
public final class Findings {
    /** A hostile document could have millions; nobody reads more than the first few. */
    private static final int LIMIT = 1000;

    private final List<Violation> violations = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();

    /** How many violations the reader made; set when it is done. */
    private int unreadable;

    /** Reports something that makes the document unusable; dropped if the place could not even be read. */
    public void violation(JsonPointer pointer, String message) {
        if (violations.size() < LIMIT && !isUnreadable(pointer)) {
            violations.add(new Violation(pointer, message));
        }
    }

    /** Reports something that the author should look at. */
    public void warning(JsonPointer pointer, String message) {
        if (warnings.size() < LIMIT) {
            warnings.add(new Warning(pointer, message));
        }
    }

    /**
     * Ends the reading: what was reported so far are places whose content is only a substitute, so that rules must not
     * judge it.
     */
    public void readingDone() {
        unreadable = violations.size();
    }

    /**
     * Whether the place, something in it or something around it could not be read. Rules ask it for places that they
     * look at but do not report on: a namespace of unknown type must not lead to a complaint about the host name.
     */
    public boolean isUnreadable(JsonPointer pointer) {
        for (Violation violation : violations.subList(0, unreadable)) {
            if (violation.pointer().contains(pointer) || pointer.contains(violation.pointer())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a violation was reported for exactly this place. */
    public boolean isReported(JsonPointer pointer) {
        for (Violation violation : violations) {
            if (violation.pointer().equals(pointer)) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing was reported that makes the document unusable. */
    public boolean isUsable() {
        return violations.isEmpty();
    }

    /** What was reported, in the order of reporting. */
    public List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** What was reported, in the order of reporting. */
    public List<Warning> warnings() {
        return List.copyOf(warnings);
    }

    /** Throws a {@link SpecException} unless the document is usable. */
    public void throwIfUnusable() {
        if (!isUsable()) {
            throw new SpecException(violations);
        }
    }
}
