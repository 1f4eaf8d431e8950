package dev.minirt.spec.rule;

import dev.minirt.spec.IndexList;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Quoted;
import java.util.Optional;

/** Lists of CPUs and memory nodes must be such, and name at least one. Which there are is the machine's concern. */
final class IndexLists {
    /** Beyond every machine. */
    private static final int LIMIT = 1 << 20;

    private IndexLists() {}

    /** Reports a text that is no such list, if there is one. */
    static void require(Optional<String> list, JsonPointer pointer, Findings findings) {
        if (list.isPresent() && !isValid(list.get())) {
            findings.violation(pointer, Quoted.of(list.get()) + " is not a list such as 0-3,7");
        }
    }

    private static boolean isValid(String text) {
        var indices = IndexList.read(text, LIMIT);
        return indices != null && !indices.isEmpty();
    }
}
