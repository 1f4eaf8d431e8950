package dev.minirt.spec.rule;

import dev.minirt.spec.JsonPointer;

/** Places in a configuration that several rules look at. */
final class Pointers {
    static final JsonPointer LINUX = JsonPointer.of("/linux");
    static final JsonPointer NAMESPACES = JsonPointer.of("/linux/namespaces");

    private Pointers() {}
}
