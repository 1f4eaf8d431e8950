package dev.minirt.spec;

import java.util.List;
import java.util.OptionalInt;

/**
 * One program to run at a point of the lifecycle.
 *
 * @param path absolute path of the program, in the namespace that its {@link HookKind} names
 * @param args whole argument vector with argv[0]; empty if the document has none, then the path stands in
 * @param env whole environment, each entry {@code KEY=value}
 * @param timeout seconds, greater than 0, after which the hook is killed and counts as failed; absent means no limit
 */
public record Hook(String path, List<String> args, List<String> env, OptionalInt timeout) {
    /** Copies what is mutable. */
    public Hook {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }
}
