package dev.minirt.core.store;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The containers that threads of this process hold. Record locks belong to processes: they do not keep threads apart, and a thread
 * that only looks at a locked file takes the lock from the one that has it, when it closes the file. So threads agree here before
 * they open one. Stores that may name the same directories share one of these.
 */
public final class Holds {
    private final Set<Object> held = new HashSet<>();

    /** Nothing is held. */
    public Holds() {}

    synchronized boolean take(Object file) {
        return held.add(file);
    }

    synchronized void release(Object file) {
        held.remove(file);
    }

    synchronized boolean isHeld(Object file) {
        return held.contains(file);
    }

    /** Asks something of lock files while no other thread begins to hold one or asks. */
    synchronized boolean ask(BooleanSupplier question) {
        return question.getAsBoolean();
    }
}
