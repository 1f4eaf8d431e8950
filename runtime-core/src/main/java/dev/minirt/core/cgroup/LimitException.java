package dev.minirt.core.cgroup;

import dev.minirt.spec.JsonPointer;

/** A limit could not be set; the message is one line for people, beginning with the member that asked. */
public final class LimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient JsonPointer pointer;

    LimitException(JsonPointer pointer, CgroupException cause) {
        super((pointer.isRoot() ? "" : pointer.field() + ": ") + cause.getMessage(), cause);
        this.pointer = pointer;
    }

    /** The member that asked for the limit. */
    public JsonPointer pointer() {
        return pointer;
    }
}
