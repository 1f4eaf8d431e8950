package dev.minirt.core.lifecycle;

/** Where operations note what is no error. */
public interface Diary {
    /** Something that the author of a configuration or the administrator should look at. */
    void warning(String message);

    /** Something that went wrong, though the operation goes on, as with a poststop hook that fails: somebody must be told. */
    void trouble(String message);

    /** Something that only helps to understand what happened. */
    void debug(String message);

    /** Whether {@link #debug} keeps what it is told: what is costly to say, or to find out, is not worth it otherwise. */
    boolean isDebugging();
}
