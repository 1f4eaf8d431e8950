package dev.minirt.spec.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.Fixture;
import dev.minirt.spec.ReadResult;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import dev.minirt.spec.json.SpecReader;
import dev.minirt.spec.schema.SchemaValidation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One change to a configuration that has everything, and what the reader says to it: exactly one thing, at the right
 * place. The schema must refuse it too, unless the table says that this is beyond a schema.
 */
class BadConfigTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SchemaValidation SCHEMA = SchemaValidation.ofConfig();

    @ParameterizedTest(name = "{0} {1} = {2}")
    @CsvFileSource(resources = "bad-configs.csv", delimiter = '|', quoteCharacter = '`', numLinesToSkip = 1)
    void isRefusedWithOneMessage(String row, String pointer, String value, String message, String schema) {
        byte[] document = changed(pointer, value);
        assertThat(violations(document)).containsExactly(message);
        List<Violation> bySchema = SCHEMA.validate(document);
        switch (schema) {
            case "schema" -> assertThat(bySchema).as("by the schema").isNotEmpty();
            case "rule" -> assertThat(bySchema).as("by the schema").isEmpty();
            default -> throw new IllegalArgumentException(schema);
        }
    }

    @ParameterizedTest(name = "{0} {1} = {2}")
    @CsvFileSource(resources = "good-configs.csv", delimiter = '|', quoteCharacter = '`', numLinesToSkip = 1)
    void isAccepted(String row, String pointer, String value, String warning) {
        byte[] document = changed(pointer, value);
        ReadResult<Spec> result = SpecReader.read(document);
        assertThat(result.warnings())
                .map(String::valueOf)
                .isEqualTo(warning.equals("-") ? List.of() : List.of(warning));
        assertThat(SCHEMA.validate(document)).as("by the schema").isEmpty();
    }

    @Test
    void everythingItselfIsAccepted() {
        assertThat(SpecReader.read(Fixture.everything()).warnings()).isEmpty();
        assertThat(SCHEMA.validate(Fixture.everything())).isEmpty();
    }

    /** All that is wrong is said at once. */
    @Test
    void reportsEverythingAtOnce() {
        ObjectNode document = (ObjectNode) JSON.readTree(Fixture.everything());
        ((ObjectNode) document.at("/process")).put("cwd", "tmp").put("terminal", "yes");
        ((ObjectNode) document.at("/process/user")).put("uid", "0");
        ((ObjectNode) document.at("/hooks/poststop/0")).put("path", "f");
        document.remove("root");
        assertThat(violations(JSON.writeValueAsBytes(document)))
                .containsExactlyInAnyOrder(
                        "process.terminal: expected boolean, got string",
                        "process.user.uid: expected integer, got string",
                        "root: required, but missing",
                        "process.cwd: must be an absolute path, got \"tmp\"",
                        "hooks.poststop[0].path: must be an absolute path, got \"f\"");
    }

    /** What could not be read is not judged: a mistyped namespace is no missing one. */
    @Test
    void doesNotComplainOfConsequences() {
        byte[] document = changed("/linux/namespaces/4/type", "\"utss\"");
        assertThat(violations(document)).containsExactly("linux.namespaces[4].type: unknown namespace type \"utss\"");
    }

    private static List<String> violations(byte[] document) {
        try {
            SpecReader.read(document);
            return List.of();
        } catch (SpecException e) {
            return e.violations().stream().map(Violation::toString).toList();
        }
    }

    /** The configuration with everything, with one value replaced, added, or, for a minus sign, removed. */
    private static byte[] changed(String pointer, String value) {
        JsonNode document = JSON.readTree(Fixture.everything());
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = document.at(pointer.substring(0, slash));
        String name = pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~");
        List<String> changes = new ArrayList<>();
        switch (parent) {
            case ObjectNode object when value.equals("-") -> changes.add(String.valueOf(object.remove(name)));
            case ObjectNode object -> changes.add(String.valueOf(object.set(name, JSON.readTree(value))));
            case ArrayNode array when name.equals("-") -> changes.add(String.valueOf(array.add(JSON.readTree(value))));
            case ArrayNode array
            when value.equals("-") -> changes.add(String.valueOf(array.remove(Integer.parseInt(name))));
            case ArrayNode array ->
                changes.add(String.valueOf(array.set(Integer.parseInt(name), JSON.readTree(value))));
            default -> throw new IllegalArgumentException("nothing at " + pointer);
        }
        assertThat(changes).hasSize(1);
        return JSON.writeValueAsBytes(document);
    }
}
