package dev.minirt.spec.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The member names seen in each of the objects that a walk is in, to notice duplicates. Small objects, which is nearly all,
 * share one list; only a large one gets a set of its own.
 */
final class MemberNames {
    private static final int SMALL = 24;

    private static final class Level {
        private final int start;
        private @Nullable Set<String> large;

        Level(int start) {
            this.start = start;
        }
    }

    private final List<String> names = new ArrayList<>();
    private final List<Level> levels = new ArrayList<>();

    void enter() {
        levels.add(new Level(names.size()));
    }

    /** Adds a name of the innermost object; false if it has it already. */
    boolean add(String name) {
        Level level = levels.getLast();
        if (level.large != null) {
            return level.large.add(name);
        }
        for (int i = level.start; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                return false;
            }
        }
        names.add(name);
        if (names.size() - level.start > SMALL) {
            level.large = new HashSet<>(names.subList(level.start, names.size()));
        }
        return true;
    }

    void leave() {
        Level level = levels.removeLast();
        names.subList(level.start, names.size()).clear();
    }
}
