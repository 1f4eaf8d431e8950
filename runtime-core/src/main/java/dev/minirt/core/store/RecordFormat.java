package dev.minirt.core.store;

import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.json.JsonSyntaxException;
import dev.minirt.spec.json.JsonToken;
import dev.minirt.spec.json.JsonTokens;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of {@code state.json}. Members that are not known are skipped, so that a later minirt may add some; a change that
 * an older one must not misread takes another {@link #VERSION}.
 */
final class RecordFormat {
    static final int VERSION = 1;

    private static final int MAX_DEPTH = 16;
    private static final JsonFactory JSON = new JsonFactory();

    private RecordFormat() {}

    static byte[] write(ContainerRecord container) {
        var bytes = new ByteArrayOutputStream(1024);
        try (var out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeNumberProperty("version", VERSION);
            out.writeStringProperty("id", container.id().text());
            out.writeStringProperty("status", container.status().specName());
            if (container.init().isPresent()) {
                out.writeNumberProperty("pid", container.init().get().pid());
                out.writeNumberProperty("startTime", container.init().get().startTime());
            }
            out.writeNumberProperty("runtimePid", container.runtime().pid());
            out.writeNumberProperty("runtimeStartTime", container.runtime().startTime());
            out.writeStringProperty("bootId", container.bootId());
            out.writeStringProperty("created", container.created());
            out.writeNumberProperty("owner", container.owner());
            var launch = container.launch();
            out.writeStringProperty("ociVersion", launch.ociVersion());
            out.writeStringProperty("bundle", launch.bundle());
            out.writeStringProperty("rootfs", launch.rootfs());
            out.writeBooleanProperty("hasProcess", launch.hasProcess());
            out.writeBooleanProperty("ownPidNamespace", launch.ownPidNamespace());
            out.writeBooleanProperty("poststart", launch.poststart());
            out.writeBooleanProperty("poststop", launch.poststop());
            out.writeBooleanProperty("noPivot", launch.noPivot());
            out.writeBooleanProperty("noNewKeyring", launch.noNewKeyring());
            out.writeNumberProperty("preserveFds", launch.preserveFds());
            out.writeNumberProperty("umask", launch.umask());
            ConnectionsFormat.write(launch.connections(), out);
            out.writeObjectPropertyStart("annotations");
            for (var annotation : launch.annotations().entrySet()) {
                out.writeStringProperty(annotation.getKey(), annotation.getValue());
            }
            out.writeEndObject();
            if (container.cgroup().isPresent()) {
                out.writeStringProperty("cgroup", container.cgroup().get().path());
                out.writeArrayPropertyStart("cgroupMade");
                for (var directory : container.cgroup().get().made()) {
                    out.writeString(directory);
                }
                out.writeEndArray();
                if (container.cgroup().get().unit().isPresent()) {
                    var unit = container.cgroup().get().unit().get();
                    out.writeStringProperty("unit", unit.name());
                    out.writeBooleanProperty("unitOfUser", unit.user());
                    out.writeStringProperty("systemdAddress", unit.address());
                    out.writeStringProperty("systemdCgroup", unit.controlGroup());
                    out.writeNumberProperty("systemdVersion", unit.version());
                }
            }
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a record.
     *
     * @throws StoreException if it is none, with the reason
     */
    static ContainerRecord read(ContainerId id, byte[] content) {
        if (content.length == 0) {
            throw new StoreException("state.json is empty");
        }
        Members members;
        try {
            var tokens = JsonTokens.of(content, "state.json", MAX_DEPTH);
            if (tokens.next() != JsonToken.OBJECT) {
                throw new StoreException("state.json is not an object");
            }
            members = new Members(tokens);
            tokens.next();
        } catch (JsonSyntaxException e) {
            throw new StoreException("state.json: " + e.getMessage());
        } catch (SpecException e) {
            throw new StoreException(String.valueOf(e.getMessage()));
        }
        long version = members.number("version");
        if (version != VERSION) {
            throw new StoreException("state.json has version " + version + ", this minirt knows " + VERSION);
        }
        if (!members.text("id").equals(id.text())) {
            throw new StoreException("state.json is that of another container");
        }
        var status = ContainerStatus.named(members.text("status"));
        if (status == null) {
            throw new StoreException("state.json has an unknown status");
        }
        return new ContainerRecord(
                id,
                status,
                members.has("pid")
                        ? Optional.of(new ProcessIdentity(members.pid("pid"), members.number("startTime")))
                        : Optional.empty(),
                new ProcessIdentity(members.pid("runtimePid"), members.number("runtimeStartTime")),
                members.text("bootId"),
                members.text("created"),
                members.number("owner"),
                new Launch(
                        members.text("ociVersion"),
                        members.text("bundle"),
                        members.text("rootfs"),
                        members.annotations,
                        members.flag("hasProcess"),
                        members.flag("ownPidNamespace"),
                        members.flag("poststart"),
                        members.flag("poststop"),
                        members.flag("noPivot"),
                        members.flag("noNewKeyring"),
                        (int) members.number("preserveFds"),
                        (int) members.number("umask"),
                        ConnectionsFormat.read(members.scalars)),
                members.has("cgroup")
                        ? Optional.of(new CgroupEntry(members.text("cgroup"), members.cgroupMade, unit(members)))
                        : Optional.empty());
    }

    private static Optional<UnitEntry> unit(Members members) {
        return members.has("unit")
                ? Optional.of(new UnitEntry(
                        members.text("unit"),
                        members.flag("unitOfUser"),
                        members.text("systemdAddress"),
                        members.text("systemdCgroup"),
                        (int) members.number("systemdVersion")))
                : Optional.empty();
    }

    /** The members of a record by their names, before anything is made of them. */
    private static final class Members {
        private final Map<String, Object> scalars = new LinkedHashMap<>();
        private final Map<String, String> annotations = new LinkedHashMap<>();
        private final List<String> cgroupMade = new ArrayList<>();

        Members(JsonTokens tokens) {
            while (tokens.next() == JsonToken.NAME) {
                var name = tokens.text();
                switch (tokens.next()) {
                    case STRING -> scalars.put(name, tokens.text());
                    case INTEGER -> integer(name, tokens.text());
                    case TRUE -> scalars.put(name, true);
                    case FALSE -> scalars.put(name, false);
                    case OBJECT -> object(name, tokens);
                    case ARRAY -> array(name, tokens);
                    default -> {}
                }
            }
        }

        private void integer(String name, String digits) {
            try {
                scalars.put(name, Long.parseLong(digits));
            } catch (NumberFormatException e) {
                // No member that is known has so many digits.
            }
        }

        private void object(String name, JsonTokens tokens) {
            if (!name.equals("annotations")) {
                tokens.skipValue();
                return;
            }
            while (tokens.next() == JsonToken.NAME) {
                var key = tokens.text();
                if (tokens.next() == JsonToken.STRING) {
                    annotations.put(key, tokens.text());
                } else {
                    tokens.skipValue();
                }
            }
        }

        private void array(String name, JsonTokens tokens) {
            if (!name.equals("cgroupMade")) {
                tokens.skipValue();
                return;
            }
            while (tokens.next() != JsonToken.ARRAY_END) {
                if (tokens.current() == JsonToken.STRING) {
                    cgroupMade.add(tokens.text());
                } else {
                    tokens.skipValue();
                }
            }
        }

        boolean has(String name) {
            return scalars.containsKey(name);
        }

        String text(String name) {
            if (scalars.get(name) instanceof String text) {
                return text;
            }
            throw lacks(name);
        }

        long number(String name) {
            if (scalars.get(name) instanceof Long number) {
                return number;
            }
            throw lacks(name);
        }

        boolean flag(String name) {
            if (scalars.get(name) instanceof Boolean flag) {
                return flag;
            }
            throw lacks(name);
        }

        /** A pid that a signal may be sent to: never 0 or less, which would mean groups. */
        int pid(String name) {
            long number = number(name);
            if (number < 1 || number > Integer.MAX_VALUE) {
                throw new StoreException("state.json has an impossible " + name);
            }
            return (int) number;
        }

        private static StoreException lacks(String name) {
            return new StoreException("state.json lacks " + name);
        }
    }
}
