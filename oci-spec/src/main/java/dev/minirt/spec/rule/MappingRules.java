package dev.minirt.spec.rule;

import dev.minirt.spec.IdMapping;
import dev.minirt.spec.JsonPointer;
import java.util.List;

/** Rules of id mappings that the kernel enforces with a bare EINVAL (user_namespaces(7)). */
final class MappingRules {
    private static final long IDS = 1L << 32;

    /** Lines that the kernel takes in a map since Linux 4.15. */
    private static final int MOST_MAPPINGS = 340;

    private MappingRules() {}

    static void check(List<IdMapping> mappings, JsonPointer pointer, Findings findings) {
        if (mappings.size() > MOST_MAPPINGS) {
            findings.violation(pointer, mappings.size() + " mappings, but Linux takes at most " + MOST_MAPPINGS);
            return;
        }
        for (int i = 0; i < mappings.size(); i++) {
            rangeIsPossible(mappings.get(i), pointer.child(i), findings);
            for (int j = 0; j < i; j++) {
                rangesDoNotOverlap(mappings.get(j), mappings.get(i), j, pointer.child(i), findings);
            }
        }
    }

    static void rangeIsPossible(IdMapping mapping, JsonPointer pointer, Findings findings) {
        if (mapping.size() == 0) {
            findings.violation(pointer.child("size"), "must be at least 1");
        }
        ends(mapping.containerID(), mapping.size(), pointer.child("containerID"), findings);
        ends(mapping.hostID(), mapping.size(), pointer.child("hostID"), findings);
    }

    private static void ends(long first, long size, JsonPointer pointer, Findings findings) {
        if (first + size > IDS - 1) {
            findings.violation(pointer, first + " and the " + size + " ids from it on exceed the last id, 4294967294");
        }
    }

    static void rangesDoNotOverlap(
            IdMapping earlier, IdMapping later, int earlierIndex, JsonPointer pointer, Findings findings) {
        overlap(
                earlier.containerID(),
                earlier.size(),
                later.containerID(),
                later.size(),
                "container",
                earlierIndex,
                pointer.child("containerID"),
                findings);
        overlap(
                earlier.hostID(),
                earlier.size(),
                later.hostID(),
                later.size(),
                "host",
                earlierIndex,
                pointer.child("hostID"),
                findings);
    }

    private static void overlap(
            long a,
            long sizeOfA,
            long b,
            long sizeOfB,
            String side,
            int earlierIndex,
            JsonPointer pointer,
            Findings findings) {
        if (a < b + sizeOfB && b < a + sizeOfA) {
            findings.violation(pointer, "the " + side + " ids overlap those of mapping " + earlierIndex);
        }
    }
}
