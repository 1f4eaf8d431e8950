package dev.minirt.spec;

import java.util.List;

/**
 * A document that was read and found usable.
 *
 * @param <T> kind of the document
 * @param document the document
 * @param warnings what its author should look at: first what the reading, then what the rules noticed
 */
public record ReadResult<T>(T document, List<Warning> warnings) {
    /** Copies what is mutable. */
    public ReadResult {
        warnings = List.copyOf(warnings);
    }
}
