package dev.minirt.conformance.harness;

import static dev.minirt.conformance.harness.Json.json;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bundle under construction: a busybox root file system, and the default configuration that {@code runc spec} makes,
 * with {@code terminal} false.
 */
public final class Bundle {
    private final Path directory;
    private final ObjectNode config;
    private Optional<String> verbatim = Optional.empty();

    Bundle(Path directory, Session session) {
        this.directory = directory;
        RootFilesystem.populate(directory.resolve("rootfs"), session);
        config = (ObjectNode) Json.read(Sandbox.resource("default-config.json"));
    }

    /** The bundle's directory. */
    public Path directory() {
        return directory;
    }

    /** The root file system's directory, or a file in it. */
    public Path rootfs(String... path) {
        return directory.resolve("rootfs", path);
    }

    /** The configuration as it will be written. */
    public ObjectNode config() {
        return config;
    }

    /** Sets any property: {@code set("/process/user/umask", 63)}. */
    public Bundle set(String pointer, Object value) {
        Json.set(config, pointer, value);
        return this;
    }

    /** Sets any property to what the literal says, in which single quotes stand for double ones. */
    public Bundle setJson(String pointer, String literal) {
        return set(pointer, json(literal));
    }

    /** Removes a property, which must be there. */
    public Bundle remove(String pointer) {
        Json.remove(config, pointer);
        return this;
    }

    /** The program and its arguments. */
    public Bundle args(String... args) {
        return set("/process/args", List.of(args));
    }

    /** A shell script as the program. */
    public Bundle shell(String script) {
        return args("/bin/sh", "-c", script);
    }

    /** A program that stays until it is killed; once it has printed "ready" it dies of SIGTERM although it is pid 1. */
    public Bundle idle() {
        return shell("trap 'exit 143' TERM; echo ready; while :; do sleep 0.05; done");
    }

    /** Adds a variable to the process's environment. */
    public Bundle env(String assignment) {
        return set("/process/env/-", assignment);
    }

    /** Makes the root file system writable. */
    public Bundle writable() {
        return set("/root/readonly", false);
    }

    /** Exactly these capabilities in the bounding, effective and permitted sets. */
    public Bundle capabilities(String... names) {
        for (String set : List.of("bounding", "effective", "permitted")) {
            set("/process/capabilities/" + set, List.of(names));
        }
        return this;
    }

    /** Adds a mount at the end of the list. */
    public Bundle mount(String destination, String type, String source, String... options) {
        ObjectNode mount = (ObjectNode) json("{}");
        mount.put("destination", destination);
        mount.put("type", type);
        mount.put("source", source);
        mount.set("options", Json.tree(List.of(options)));
        return set("/mounts/-", mount);
    }

    /** Adds a bind mount. */
    public Bundle bind(Object source, String destination, String... options) {
        return mount(destination, "bind", source.toString(), options);
    }

    /** Removes the default mount at a destination. */
    public Bundle withoutMount(String destination) {
        return remove("/mounts/" + index("/mounts", "destination", destination));
    }

    /** A pointer to the default mount at a destination. */
    public String mountAt(String destination) {
        return "/mounts/" + index("/mounts", "destination", destination);
    }

    /** A new namespace of a type that the default configuration does not have. */
    public Bundle namespace(String type) {
        return setJson("/linux/namespaces/-", "{'type': '" + type + "'}");
    }

    /** Joins the namespace behind a path, instead of a new one of the type if the default has that. */
    public Bundle namespace(String type, String path) {
        if (has(type)) {
            withoutNamespace(type);
        }
        return setJson("/linux/namespaces/-", "{'type': '" + type + "', 'path': '" + path + "'}");
    }

    /** Lets the container share the caller's namespace of the type. */
    public Bundle withoutNamespace(String type) {
        return remove("/linux/namespaces/" + index("/linux/namespaces", "type", type));
    }

    /** A user namespace in which ids from 0 are the host's from 100000, and nothing that such a container may not do. */
    public Bundle userNamespace() {
        namespace("user");
        setJson("/linux/uidMappings", "[{'containerID': 0, 'hostID': 100000, 'size': 65536}]");
        setJson("/linux/gidMappings", "[{'containerID': 0, 'hostID': 100000, 'size': 65536}]");
        return this;
    }

    /** Adds a hook that runs a host program: {@code hook("poststop", "/bin/sh", "sh", "-c", "...")}. */
    public Bundle hook(String kind, String path, String... args) {
        ObjectNode hook = (ObjectNode) json("{}");
        hook.put("path", path);
        hook.set("args", Json.tree(List.of(args)));
        return set("/hooks/" + kind + "/-", hook);
    }

    /** Adds a hook that is a shell script; its PATH is that of a host. */
    public Bundle hookScript(String kind, String script) {
        return hook(kind, "/bin/sh", "sh", "-c", "PATH=" + Sandbox.HOST_PATH + "\n" + script);
    }

    /** Writes this text as {@code config.json} instead of the tree. */
    public Bundle verbatim(String text) {
        verbatim = Optional.of(text);
        return this;
    }

    /** Writes {@code config.json}. */
    public Bundle write() {
        Sandbox.write(directory.resolve("config.json"), verbatim.orElseGet(config::toString));
        return this;
    }

    private boolean has(String namespace) {
        return config.at("/linux/namespaces")
                .valueStream()
                .anyMatch(entry -> entry.path("type").asString("").equals(namespace));
    }

    private int index(String pointer, String key, String value) {
        JsonNode array = config.at(pointer);
        return IntStream.range(0, array.size())
                .filter(i -> array.get(i).path(key).asString("").equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + value + " in " + pointer));
    }
}
