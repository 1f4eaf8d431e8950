package dev.minirt.spec;

import java.util.List;

/**
 * A document cannot be used. The message is one line with all violations; {@link #violations()} has them one by one.
 */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** More of them in one line help nobody. */
    private static final int SHOWN = 20;

    @SuppressWarnings("serial") // the list is an unmodifiable, serializable one
    private final List<Violation> violations;

    /** An exception for at least one violation. */
    public SpecException(List<Violation> violations) {
        super(line(violations));
        this.violations = List.copyOf(violations);
    }

    /** An exception for a document that cannot be had at all, with the reason. */
    public SpecException(String message, Throwable cause) {
        super(message, cause);
        this.violations = List.of(new Violation(JsonPointer.ROOT, message));
    }

    /** Everything that is wrong: first what could not be read, then what breaks a rule; never empty. */
    public List<Violation> violations() {
        return violations;
    }

    private static String line(List<Violation> violations) {
        if (violations.isEmpty()) {
            throw new IllegalArgumentException("an exception without a violation");
        }
        StringBuilder line = new StringBuilder();
        for (Violation violation : violations.subList(0, Math.min(SHOWN, violations.size()))) {
            line.append(line.isEmpty() ? "" : "; ").append(violation);
        }
        if (violations.size() > SHOWN) {
            line.append("; and ").append(violations.size() - SHOWN).append(" more");
        }
        return line.toString();
    }
}
