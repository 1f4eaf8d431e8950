package dev.minirt.spec.json;

import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.Hooks;
import dev.minirt.spec.IdMapping;
import dev.minirt.spec.Linux;
import dev.minirt.spec.Mount;
import dev.minirt.spec.Spec;
import java.util.List;

/** Writes a configuration and the sections that no other platform lacks. */
final class SpecText {
    private SpecText() {}

    static void write(Spec spec, JsonWriter out) {
        out.beginObject().member("ociVersion", spec.ociVersion());
        if (spec.process().isPresent()) {
            out.beginObject("process");
            ProcessText.members(spec.process().get(), out);
            out.endObject();
        }
        out.beginObject("root")
                .member("path", spec.root().path())
                .ifTrue("readonly", spec.root().readonly())
                .endObject();
        out.ifPresent("hostname", spec.hostname()).ifPresent("domainname", spec.domainname());
        if (!spec.mounts().isEmpty()) {
            out.beginArray("mounts");
            spec.mounts().forEach(mount -> mount(mount, out));
            out.endArray();
        }
        if (!spec.hooks().isEmpty()) {
            hooks(spec.hooks(), out);
        }
        out.textsIfAny("annotations", spec.annotations());
        if (!spec.linux().equals(Linux.EMPTY)) {
            LinuxText.write(spec.linux(), out);
        }
        out.endObject();
    }

    private static void mount(Mount mount, JsonWriter out) {
        out.beginObject()
                .member("destination", mount.destination())
                .ifPresent("type", mount.type())
                .ifPresent("source", mount.source())
                .textsIfAny("options", mount.options());
        idMappings("uidMappings", mount.uidMappings(), out);
        idMappings("gidMappings", mount.gidMappings(), out);
        out.endObject();
    }

    static void idMappings(String name, List<IdMapping> mappings, JsonWriter out) {
        if (mappings.isEmpty()) {
            return;
        }
        out.beginArray(name);
        for (IdMapping mapping : mappings) {
            out.beginObject()
                    .member("containerID", mapping.containerID())
                    .member("hostID", mapping.hostID())
                    .member("size", mapping.size())
                    .endObject();
        }
        out.endArray();
    }

    private static void hooks(Hooks hooks, JsonWriter out) {
        out.beginObject("hooks");
        for (HookKind kind : HookKind.values()) {
            List<Hook> list = hooks.of(kind);
            if (list.isEmpty()) {
                continue;
            }
            out.beginArray(kind.specName());
            for (Hook hook : list) {
                out.beginObject()
                        .member("path", hook.path())
                        .textsIfAny("args", hook.args())
                        .textsIfAny("env", hook.env())
                        .ifPresent("timeout", hook.timeout())
                        .endObject();
            }
            out.endArray();
        }
        out.endObject();
    }
}
