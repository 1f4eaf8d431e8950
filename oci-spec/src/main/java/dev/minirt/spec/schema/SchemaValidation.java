package dev.minirt.spec.schema;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds documents against a schema. Instances are immutable. */
public final class SchemaValidation {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Schema schema;

    private SchemaValidation(String name) {
        schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text(name), InputFormat.JSON);
    }

    /** For configurations. */
    public static SchemaValidation ofConfig() {
        return new SchemaValidation("config");
    }

    /** For states. */
    public static SchemaValidation ofState() {
        return new SchemaValidation("state");
    }

    /** For features. */
    public static SchemaValidation ofFeatures() {
        return new SchemaValidation("features");
    }

    /** The text of a schema: {@code config}, {@code state} or {@code features}. */
    public static String text(String name) {
        try (InputStream in = SchemaValidation.class.getResourceAsStream(name + ".json")) {
            if (in == null) {
                throw new IllegalArgumentException("no schema " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema " + name, e);
        }
    }

    /**
     * What in the document is not as the schema wants it; empty if all is well. Members that are null count as absent, as
     * they do for the reader.
     */
    public List<Violation> validate(byte[] document) {
        JsonNode tree;
        try {
            tree = JSON.readTree(document);
        } catch (JacksonException e) {
            return List.of(new Violation(JsonPointer.ROOT, "not JSON: " + e.getOriginalMessage()));
        }
        dropNulls(tree);
        List<Violation> violations = new ArrayList<>();
        for (Error error : schema.validate(tree)) {
            violations.add(violation(error));
        }
        return violations;
    }

    private static Violation violation(Error error) {
        JsonPointer pointer = JsonPointer.ROOT;
        NodePath path = error.getInstanceLocation();
        for (int i = 0; i < path.getNameCount(); i++) {
            pointer = pointer.child(String.valueOf(path.getElement(i)));
        }
        if ("required".equals(error.getKeyword())) {
            return new Violation(pointer.child(error.getProperty()), "required, but missing");
        }
        return new Violation(pointer, error.getMessage());
    }

    private static void dropNulls(JsonNode node) {
        switch (node) {
            case ObjectNode object -> {
                object.properties().removeIf(member -> member.getValue().isNull());
                for (Map.Entry<String, JsonNode> member : object.properties()) {
                    dropNulls(member.getValue());
                }
            }
            case ArrayNode array -> array.forEach(SchemaValidation::dropNulls);
            default -> {}
        }
    }
}
