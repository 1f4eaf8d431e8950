package dev.minirt.core.cgroup.limit;

/** What it means for a setting that the kernel does not have its file, although the controller is enabled. */
public sealed interface IfMissing {
    /** The limit cannot be set: an error. */
    IfMissing REFUSE = new Refuse();

    /** A kernel without the file does what is asked anyway, such as to swap for nobody. */
    IfMissing ACCEPT = new Accept();

    /** See {@link #REFUSE}. */
    record Refuse() implements IfMissing {}

    /** See {@link #ACCEPT}. */
    record Accept() implements IfMissing {}

    /**
     * Another file says the same in other units.
     *
     * @param file its name; it must be there
     * @param value what to write to it
     */
    record Instead(String file, String value) implements IfMissing {}
}
