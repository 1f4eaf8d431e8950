package dev.minirt.spec.json;

import dev.minirt.spec.Hooks;
import dev.minirt.spec.IdMapping;
import dev.minirt.spec.Linux;
import dev.minirt.spec.Mount;
import dev.minirt.spec.Process;
import dev.minirt.spec.Root;
import dev.minirt.spec.Spec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the configuration itself and the sections that no other platform lacks (config.md). */
final class SpecBinding {
    private final JsonCursor in;
    private final ProcessBinding process;
    private final LinuxBinding linux;

    SpecBinding(JsonCursor in, boolean withSeccomp) {
        this.in = in;
        this.process = new ProcessBinding(in);
        this.linux = new LinuxBinding(in, withSeccomp);
    }

    Spec spec() {
        String ociVersion = null;
        Root root = null;
        List<Mount> mounts = List.of();
        Process theProcess = null;
        String hostname = null;
        String domainname = null;
        Hooks hooks = Hooks.NONE;
        Map<String, String> annotations = Map.of();
        Linux theLinux = Linux.EMPTY;
        in.enterObject();
        for (String name = in.nextMember(); name != null; name = in.nextMember()) {
            switch (name) {
                case "ociVersion" -> ociVersion = in.string();
                case "root" -> root = root();
                case "mounts" -> mounts = in.list(this::mount);
                case "process" -> theProcess = process.process();
                case "hostname" -> hostname = in.nonEmptyString();
                case "domainname" -> domainname = in.nonEmptyString();
                case "hooks" -> hooks = HooksBinding.hooks(in);
                case "annotations" -> annotations = in.stringMap();
                case "linux" -> theLinux = linux.linux();
                case "solaris", "windows", "zos", "freebsd", "vm" -> in.foreignMember();
                default -> in.unknownMember();
            }
        }
        return new Spec(
                in.required(ociVersion, "ociVersion", ""),
                in.required(root, "root", new Root("", false)),
                mounts,
                Optional.ofNullable(theProcess),
                Optional.ofNullable(hostname),
                Optional.ofNullable(domainname),
                hooks,
                annotations,
                theLinux);
    }

    private Root root() {
        String path = null;
        boolean readonly = false;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "path" -> path = in.string();
                    case "readonly" -> readonly = in.bool();
                    default -> in.unknownMember();
                }
            }
        }
        return new Root(in.required(path, "path", ""), readonly);
    }

    private Mount mount() {
        String destination = null;
        String type = null;
        String source = null;
        List<String> options = List.of();
        List<IdMapping> uidMappings = List.of();
        List<IdMapping> gidMappings = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "destination" -> destination = in.string();
                    case "type" -> type = in.nonEmptyString();
                    case "source" -> source = in.nonEmptyString();
                    case "options" -> options = in.strings();
                    case "uidMappings" -> uidMappings = in.list(() -> idMapping(in));
                    case "gidMappings" -> gidMappings = in.list(() -> idMapping(in));
                    default -> in.unknownMember();
                }
            }
        }
        return new Mount(
                in.required(destination, "destination", ""),
                Optional.ofNullable(type),
                Optional.ofNullable(source),
                options,
                uidMappings,
                gidMappings);
    }

    static IdMapping idMapping(JsonCursor in) {
        OptionalLong containerId = OptionalLong.empty();
        OptionalLong hostId = OptionalLong.empty();
        OptionalLong size = OptionalLong.empty();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "containerID" -> containerId = OptionalLong.of(in.uint32());
                    case "hostID" -> hostId = OptionalLong.of(in.uint32());
                    case "size" -> size = OptionalLong.of(in.uint32());
                    default -> in.unknownMember();
                }
            }
        }
        return new IdMapping(
                in.required(containerId, "containerID"), in.required(hostId, "hostID"), in.required(size, "size"));
    }
}
