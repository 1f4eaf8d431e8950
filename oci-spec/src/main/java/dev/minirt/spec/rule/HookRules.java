package dev.minirt.spec.rule;

import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.Hooks;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Quoted;
import java.util.List;

/** Rules of {@code hooks} (config.md, POSIX-platform Hooks). */
final class HookRules {
    private HookRules() {}

    static void check(Hooks hooks, Findings findings) {
        for (HookKind kind : HookKind.values()) {
            List<Hook> list = hooks.of(kind);
            for (int i = 0; i < list.size(); i++) {
                pathIsAbsolute(
                        list.get(i),
                        JsonPointer.of("/hooks").child(kind.specName()).child(i),
                        findings);
            }
        }
    }

    /** "This specification extends the IEEE standard in that path MUST be absolute". */
    static void pathIsAbsolute(Hook hook, JsonPointer pointer, Findings findings) {
        if (!hook.path().startsWith("/")) {
            findings.violation(pointer.child("path"), "must be an absolute path, got " + Quoted.of(hook.path()));
        }
    }
}
