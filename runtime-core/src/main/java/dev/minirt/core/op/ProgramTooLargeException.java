package dev.minirt.core.op;

/** A program would exceed {@link ProgramWriter#LIMIT}. */
public final class ProgramTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProgramTooLargeException() {
        super("the program exceeds " + ProgramWriter.LIMIT + " bytes");
    }
}
