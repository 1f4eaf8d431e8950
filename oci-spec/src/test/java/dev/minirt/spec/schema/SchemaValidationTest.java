package dev.minirt.spec.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.DialectId;
import dev.minirt.spec.Fixture;
import dev.minirt.spec.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaValidationTest {
    static List<String> configs() {
        return Fixture.engines(".config.json");
    }

    @ParameterizedTest
    @MethodSource("configs")
    void acceptsWhatEnginesWrite(String name) {
        assertThat(SchemaValidation.ofConfig().validate(Fixture.engine(name))).isEmpty();
    }

    @Test
    void acceptsWhatRuncPrints() {
        assertThat(SchemaValidation.ofState().validate(Fixture.engine("runc115.state.json")))
                .isEmpty();
        assertThat(SchemaValidation.ofFeatures().validate(Fixture.engine("runc115.features.json")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config", "state", "features"})
    void areThemselvesValid(String name) {
        var metaSchema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(DialectId.DRAFT_2020_12));
        assertThat(metaSchema.validate(SchemaValidation.text(name), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void pointsAtThePlace() {
        byte[] document =
                "{\"ociVersion\":\"1.0.0\",\"process\":{\"user\":{\"uid\":\"0\",\"gid\":0},\"args\":[\"a\"],\"cwd\":\"/\"}}"
                        .getBytes(UTF_8);
        assertThat(SchemaValidation.ofConfig().validate(document))
                .map(Violation::toString)
                .containsExactlyInAnyOrder(
                        "root: required, but missing", "process.user.uid: string found, integer expected");
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThat(SchemaValidation.ofConfig().validate("{".getBytes(UTF_8))).hasSize(1);
        assertThat(SchemaValidation.ofConfig().validate("[]".getBytes(UTF_8))).hasSize(1);
    }

    @Test
    void statesAndFeatures() {
        assertThat(SchemaValidation.ofState()
                        .validate("{\"ociVersion\":\"1.0.0\",\"id\":\"a\",\"status\":\"running\",\"bundle\":\"/b\"}"
                                .getBytes(UTF_8)))
                .map(violation -> violation.pointer().text())
                .containsExactly("/pid");
        assertThat(SchemaValidation.ofFeatures().validate("{\"ociVersionMin\":\"1.0.0\"}".getBytes(UTF_8)))
                .map(Violation::toString)
                .containsExactly("ociVersionMax: required, but missing");
    }
}
