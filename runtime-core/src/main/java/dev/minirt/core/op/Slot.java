package dev.minirt.core.op;

/**
 * A numbered place for a descriptor in the interpreter, filled by one operation and used by later ones.
 *
 * @param number 0 to 1023, unique in a program
 * @param name what it holds, for people
 */
public record Slot(int number, String name) {
    /** Most slots that a program may have; the interpreter has a fixed array. */
    public static final int LIMIT = 1024;

    public Slot {
        if (number < 0 || number >= LIMIT) {
            throw new IllegalArgumentException("slot " + number + " of " + name + ": at most " + LIMIT + " slots");
        }
    }
}
