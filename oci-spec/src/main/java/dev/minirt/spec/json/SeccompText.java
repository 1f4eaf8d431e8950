package dev.minirt.spec.json;

import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SyscallRule;

/** Writes {@code linux.seccomp}. */
final class SeccompText {
    private SeccompText() {}

    static void write(Seccomp seccomp, JsonWriter out) {
        out.beginObject("seccomp")
                .member("defaultAction", seccomp.defaultAction().specName())
                .ifPresent("defaultErrnoRet", seccomp.defaultErrnoRet())
                .textsIfAny("architectures", seccomp.architectures())
                // An empty list is not the same as none: see the reader.
                .texts("flags", seccomp.flags())
                .ifPresent("listenerPath", seccomp.listenerPath())
                .ifPresent("listenerMetadata", seccomp.listenerMetadata());
        if (!seccomp.syscalls().isEmpty()) {
            out.beginArray("syscalls");
            seccomp.syscalls().forEach(rule -> rule(rule, out));
            out.endArray();
        }
        out.endObject();
    }

    private static void rule(SyscallRule rule, JsonWriter out) {
        out.beginObject()
                .texts("names", rule.names())
                .member("action", rule.action().specName())
                .ifPresent("errnoRet", rule.errnoRet());
        if (!rule.args().isEmpty()) {
            out.beginArray("args");
            rule.args().forEach(arg -> arg(arg, out));
            out.endArray();
        }
        out.endObject();
    }

    private static void arg(SeccompArg arg, JsonWriter out) {
        out.beginObject()
                .member("index", arg.index())
                .unsigned("value", arg.value())
                .unsigned("valueTwo", arg.valueTwo())
                .member("op", arg.op().specName())
                .endObject();
    }
}
