package dev.minirt.spec;

import java.util.List;

/**
 * The five capability sets, capabilities(7). Names stay strings: an unknown one deserves a warning, not an error.
 *
 * @param bounding names such as {@code CAP_KILL}
 * @param effective names such as {@code CAP_KILL}
 * @param inheritable names such as {@code CAP_KILL}
 * @param permitted names such as {@code CAP_KILL}
 * @param ambient names such as {@code CAP_KILL}
 */
public record Capabilities(
        List<String> bounding,
        List<String> effective,
        List<String> inheritable,
        List<String> permitted,
        List<String> ambient) {
    /** Copies what is mutable. */
    public Capabilities {
        bounding = List.copyOf(bounding);
        effective = List.copyOf(effective);
        inheritable = List.copyOf(inheritable);
        permitted = List.copyOf(permitted);
        ambient = List.copyOf(ambient);
    }
}
