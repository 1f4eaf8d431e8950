package dev.minirt.spec;

import org.jspecify.annotations.Nullable;

/**
 * The six arrays of {@code hooks} (config.md, POSIX-platform Hooks), in the order in which a lifecycle meets them.
 */
public enum HookKind {
    /** Deprecated: in create, in the runtime namespace, before createRuntime. */
    PRESTART("prestart"),
    /** In create, in the runtime namespace, before pivot_root. */
    CREATE_RUNTIME("createRuntime"),
    /** In create, in the container namespace, before pivot_root. */
    CREATE_CONTAINER("createContainer"),
    /** In start, in the container namespace, right before the program. */
    START_CONTAINER("startContainer"),
    /** In start, in the runtime namespace, after the program was executed. */
    POSTSTART("poststart"),
    /** In delete, in the runtime namespace, after the container is gone. */
    POSTSTOP("poststop");

    private static final HookKind[] VALUES = values();

    private final String specName;

    HookKind(String specName) {
        this.specName = specName;
    }

    /** The word that stands for this constant in documents. */
    public String specName() {
        return specName;
    }

    /** The constant that documents call by this word, or null for an unknown word. */
    public static @Nullable HookKind named(String specName) {
        for (HookKind value : VALUES) {
            if (value.specName.equals(specName)) {
                return value;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return specName;
    }
}
