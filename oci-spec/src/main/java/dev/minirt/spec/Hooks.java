package dev.minirt.spec;

import java.util.List;

/**
 * Programs to run at points of the lifecycle (config.md, POSIX-platform Hooks). The entries of a list run in order.
 *
 * @param prestart see {@link HookKind#PRESTART}
 * @param createRuntime see {@link HookKind#CREATE_RUNTIME}
 * @param createContainer see {@link HookKind#CREATE_CONTAINER}
 * @param startContainer see {@link HookKind#START_CONTAINER}
 * @param poststart see {@link HookKind#POSTSTART}
 * @param poststop see {@link HookKind#POSTSTOP}
 */
public record Hooks(
        List<Hook> prestart,
        List<Hook> createRuntime,
        List<Hook> createContainer,
        List<Hook> startContainer,
        List<Hook> poststart,
        List<Hook> poststop) {
    /** Copies what is mutable. */
    public Hooks {
        prestart = List.copyOf(prestart);
        createRuntime = List.copyOf(createRuntime);
        createContainer = List.copyOf(createContainer);
        startContainer = List.copyOf(startContainer);
        poststart = List.copyOf(poststart);
        poststop = List.copyOf(poststop);
    }

    /** No hooks at all. */
    public static final Hooks NONE = new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** Whether there are none. */
    public boolean isEmpty() {
        return prestart.isEmpty()
                && createRuntime.isEmpty()
                && createContainer.isEmpty()
                && startContainer.isEmpty()
                && poststart.isEmpty()
                && poststop.isEmpty();
    }

    /** The list of a kind. */
    public List<Hook> of(HookKind kind) {
        return switch (kind) {
            case PRESTART -> prestart;
            case CREATE_RUNTIME -> createRuntime;
            case CREATE_CONTAINER -> createContainer;
            case START_CONTAINER -> startContainer;
            case POSTSTART -> poststart;
            case POSTSTOP -> poststop;
        };
    }
}
