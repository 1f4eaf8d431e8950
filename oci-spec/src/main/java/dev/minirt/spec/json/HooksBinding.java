package dev.minirt.spec.json;

import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.Hooks;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads hooks (config.md, POSIX-platform Hooks). */
final class HooksBinding {
    private HooksBinding() {}

    /** Reads those of a configuration, of which everything else is passed. */
    static Hooks ofSpec(JsonCursor in) {
        Hooks hooks = Hooks.NONE;
        in.enterObject();
        for (String name = in.nextMember(); name != null; name = in.nextMember()) {
            if (name.equals("hooks")) {
                hooks = hooks(in);
            } else {
                in.ignore();
            }
        }
        return hooks;
    }

    static Hooks hooks(JsonCursor in) {
        Map<HookKind, List<Hook>> lists = new EnumMap<>(HookKind.class);
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                @Nullable HookKind kind = HookKind.named(name);
                if (kind != null) {
                    lists.put(kind, in.list(() -> hook(in)));
                } else {
                    in.unknownMember();
                }
            }
        }
        return new Hooks(
                lists.getOrDefault(HookKind.PRESTART, List.of()),
                lists.getOrDefault(HookKind.CREATE_RUNTIME, List.of()),
                lists.getOrDefault(HookKind.CREATE_CONTAINER, List.of()),
                lists.getOrDefault(HookKind.START_CONTAINER, List.of()),
                lists.getOrDefault(HookKind.POSTSTART, List.of()),
                lists.getOrDefault(HookKind.POSTSTOP, List.of()));
    }

    private static Hook hook(JsonCursor in) {
        String path = null;
        List<String> args = List.of();
        List<String> env = List.of();
        OptionalInt timeout = OptionalInt.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "path" -> path = in.string();
                    case "args" -> args = in.strings();
                    case "env" -> env = in.strings();
                    case "timeout" -> timeout = OptionalInt.of(in.integer(1, Integer.MAX_VALUE));
                    default -> in.unknownMember();
                }
            }
        }
        return new Hook(in.required(path, "path", ""), args, env, timeout);
    }
}
