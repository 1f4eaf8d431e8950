package dev.minirt.core.seccomp;

import java.util.ArrayList;
import java.util.List;

/** The system call numbers, cut into ranges of equal decisions. */
final class Ranges {
    private static final long END = 1L << 32;

    private final List<Long> starts = new ArrayList<>();
    private final List<Decision> decisions = new ArrayList<>();

    /** Adds the range from a number, above those added before, to the next range or the end. */
    void add(long start, Decision decision) {
        if (decisions.isEmpty() || !decisions.getLast().equals(decision)) {
            starts.add(start);
            decisions.add(decision);
        }
    }

    /** Adds ranges that lie above all of these. */
    void addAll(Ranges others) {
        for (int i = 0; i < others.size(); i++) {
            add(others.start(i), others.decision(i));
        }
    }

    int size() {
        return starts.size();
    }

    /** First number of a range, 0 to 2^32-1. */
    long start(int range) {
        return starts.get(range);
    }

    /** How many numbers are in a range. */
    long length(int range) {
        return (range + 1 < starts.size() ? starts.get(range + 1) : END) - starts.get(range);
    }

    Decision decision(int range) {
        return decisions.get(range);
    }
}
