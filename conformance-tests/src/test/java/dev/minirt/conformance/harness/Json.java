package dev.minirt.conformance.harness;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON trees, and edits of them by JSON pointer (RFC 6901). */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** The properties of a configuration's root. */
    private static final Set<String> PROPERTIES = Set.of(
            "ociVersion", "root", "mounts", "process", "hostname", "domainname", "hooks", "annotations", "linux", "vm");

    private Json() {}

    /** Reads a document, which must be complete: anything behind it is an error. */
    public static JsonNode read(String text) {
        return MAPPER.readTree(text);
    }

    /** Reads a literal in which single quotes stand for double ones. */
    public static JsonNode json(String literal) {
        return read(literal.replace('\'', '"'));
    }

    static JsonNode tree(Object value) {
        return value instanceof JsonNode node ? node : MAPPER.<JsonNode>valueToTree(value);
    }

    /** Sets what the pointer names, making objects on the way; {@code -} as the last token appends to an array. */
    public static void set(ObjectNode root, String pointer, Object value) {
        JsonNode parent = root;
        String[] tokens = tokens(pointer);
        for (int i = 0; i < tokens.length - 1; i++) {
            JsonNode child = child(parent, tokens[i]);
            if (child.isMissingNode()) {
                child = tokens[i + 1].equals("-") ? MAPPER.createArrayNode() : MAPPER.createObjectNode();
                put(parent, tokens[i], child);
            }
            parent = child;
        }
        put(parent, tokens[tokens.length - 1], tree(value));
    }

    /** Removes what the pointer names; it must exist. */
    public static void remove(ObjectNode root, String pointer) {
        int slash = pointer.lastIndexOf('/');
        String last = unescape(pointer.substring(slash + 1));
        JsonNode parent = root.at(pointer.substring(0, slash));
        boolean present = switch (parent) {
            case ObjectNode object -> object.remove(last) != null;
            case ArrayNode array -> array.remove(Integer.parseInt(last)) != null;
            default -> false;
        };
        if (!present) {
            throw new IllegalArgumentException("nothing to remove at " + pointer);
        }
    }

    /**
     * A pointer into a configuration in the form in which minirt prints it: {@code linux.devices[0].path},
     * {@code linux.sysctl["kernel.panic"]}. What is no such pointer stays as it is.
     */
    static String printed(String pointer) {
        if (!pointer.startsWith("/") || !PROPERTIES.contains(tokens(pointer)[0])) {
            return pointer;
        }
        StringBuilder text = new StringBuilder();
        for (String token : tokens(pointer)) {
            if (token.matches("[0-9]+")) {
                text.append('[').append(token).append(']');
            } else if (token.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                text.append(text.isEmpty() ? "" : ".").append(token);
            } else {
                text.append("[\"").append(token).append("\"]");
            }
        }
        return text.toString();
    }

    private static JsonNode child(JsonNode parent, String token) {
        return parent instanceof ArrayNode array ? array.path(Integer.parseInt(token)) : parent.path(token);
    }

    private static void put(JsonNode parent, String token, JsonNode value) {
        switch (parent) {
            case ObjectNode object -> object.set(token, value);
            case ArrayNode array -> {
                if (token.equals("-")) {
                    array.add(value);
                } else {
                    array.set(Integer.parseInt(token), value);
                }
            }
            default -> throw new IllegalArgumentException("not a container: " + parent);
        }
    }

    private static String[] tokens(String pointer) {
        String[] tokens = pointer.substring(1).split("/", -1);
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = unescape(tokens[i]);
        }
        return tokens;
    }

    private static String unescape(String token) {
        return token.replace("~1", "/").replace("~0", "~");
    }
}
