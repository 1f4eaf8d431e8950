package dev.minirt.spec.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.ContainerProcessState;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.DefaultSpec;
import dev.minirt.spec.Features;
import dev.minirt.spec.Fixture;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.Spec;
import dev.minirt.spec.State;
import dev.minirt.spec.schema.SchemaValidation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SpecWriterTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final State STATE =
            new State("1.3.0", "c1", ContainerStatus.CREATED, OptionalInt.of(42), "/b \"x\"", Map.of("k", "\u001b\né"));

    /** H11, L1-L5: what hooks read. Hook programs in the wild parse this with less than a JSON parser. */
    @Test
    void stateForHooks() {
        assertThat(new String(SpecWriter.state(STATE, JsonStyle.COMPACT), UTF_8))
                .isEqualTo("""
                        {"ociVersion":"1.3.0","id":"c1","status":"created","pid":42,"bundle":"/b \\"x\\"",\
                        "annotations":{"k":"\\u001B\\né"}}""");
    }

    @Test
    void stateForPeople() {
        State stopped = new State("1.3.0", "c1", ContainerStatus.STOPPED, OptionalInt.of(0), "/b", Map.of());
        assertThat(new String(SpecWriter.state(stopped, Map.of("owner", ""), JsonStyle.SPACES), UTF_8))
                .isEqualTo("""
                        {
                          "ociVersion": "1.3.0",
                          "id": "c1",
                          "status": "stopped",
                          "pid": 0,
                          "bundle": "/b",
                          "owner": ""
                        }""");
    }

    @Test
    void statesSurviveReading() {
        byte[] written = SpecWriter.state(STATE, JsonStyle.TABS);
        assertThat(SpecReader.readState(written, "state").document()).isEqualTo(STATE);
        assertThat(SchemaValidation.ofState().validate(written)).isEmpty();
    }

    /** S13. */
    @Test
    void containerProcessState() {
        ContainerProcessState state =
                new ContainerProcessState("1.3.0", List.of("seccompFd"), 7, Optional.of("meta"), STATE);
        JsonNode tree = JSON.readTree(SpecWriter.containerProcessState(state, JsonStyle.COMPACT));
        assertThat(tree.propertyNames()).containsExactly("ociVersion", "fds", "pid", "metadata", "state");
        assertThat(tree.at("/fds/0").stringValue()).isEqualTo("seccompFd");
        assertThat(tree.at("/state/id").stringValue()).isEqualTo("c1");
    }

    /** Nothing of a configuration is lost on the way through the records: each value comes out again. */
    @Test
    void writesEveryMember() {
        JsonNode original = JSON.readTree(Fixture.everything());
        Spec spec = SpecReader.read(Fixture.everything()).document();
        JsonNode written = JSON.readTree(SpecWriter.spec(spec, JsonStyle.COMPACT));
        assertContains(written, original, "");
    }

    private static void assertContains(JsonNode actual, JsonNode expected, String path) {
        if (expected.isObject()) {
            for (Map.Entry<String, JsonNode> member : expected.properties()) {
                String below = path + "/" + member.getKey();
                if (below.equals("/linux/personality/flags")) {
                    continue; // Always empty, so it is not kept.
                }
                JsonNode value = actual.get(member.getKey());
                assertThat(value).as(below).isNotNull();
                assertContains(value, member.getValue(), below);
            }
        } else if (expected.isArray()) {
            assertThat(actual.size()).as(path).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertContains(actual.get(i), expected.get(i), path + "/" + i);
            }
        } else {
            assertThat(actual).as(path).isEqualTo(expected);
        }
    }

    @Test
    void templatesAreValid() {
        for (Spec spec : List.of(DefaultSpec.rootful(), DefaultSpec.rootless(1000, 4294967294L))) {
            byte[] written = SpecWriter.spec(spec, JsonStyle.TABS);
            assertThat(SpecReader.read(written).document()).isEqualTo(spec);
            assertThat(SpecReader.read(written).warnings()).isEmpty();
            assertThat(SchemaValidation.ofConfig().validate(written)).isEmpty();
        }
    }

    /** CVE-2022-29162 and kin: a template must not hand out inheritable capabilities. */
    @Test
    void templateHasNoInheritableCapabilities() {
        var capabilities =
                DefaultSpec.rootful().process().orElseThrow().capabilities().orElseThrow();
        assertThat(capabilities.inheritable()).isEmpty();
        assertThat(capabilities.ambient()).isEmpty();
        assertThat(capabilities.bounding()).containsExactly("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
    }

    @Test
    void rootlessTemplateMapsTheCallerToRoot() {
        Spec spec = DefaultSpec.rootless(1000, 100);
        assertThat(spec.linux().createsNamespace(NamespaceType.USER)).isTrue();
        assertThat(spec.linux().hasNamespace(NamespaceType.NETWORK)).isFalse();
        assertThat(spec.linux().uidMappings().getFirst().hostID()).isEqualTo(1000);
        assertThat(spec.linux().gidMappings().getFirst().hostID()).isEqualTo(100);
        assertThat(spec.linux().resources()).isEmpty();
    }

    /** F1-F12. */
    @Test
    void features() {
        Features.Enabled no = new Features.Enabled(false);
        Features features = new Features(
                "1.0.0",
                "1.3.0",
                Arrays.stream(HookKind.values()).map(HookKind::specName).toList(),
                List.of("ro", "rw"),
                new Features.LinuxFeatures(
                        List.of(NamespaceType.values()),
                        List.of("CAP_CHOWN"),
                        new Features.CgroupFeatures(false, true, true, false, true),
                        new Features.SeccompFeatures(
                                true,
                                List.of(SeccompAction.values()),
                                List.of(SeccompOperator.values()),
                                List.of(SeccompArchitecture.X86_64),
                                List.of(SeccompFlag.values()),
                                List.of()),
                        no,
                        no,
                        new Features.IntelRdtFeatures(false, false, false),
                        Optional.of(new Features.MemoryPolicyFeatures(List.of(), List.of())),
                        new Features.MountExtensions(new Features.Enabled(true)),
                        no),
                Map.of("org.example.note", "x"),
                List.of());
        byte[] written = SpecWriter.features(features, JsonStyle.SPACES);
        assertThat(SchemaValidation.ofFeatures().validate(written)).isEmpty();
        JsonNode tree = JSON.readTree(written);
        assertThat(tree.at("/linux/namespaces/1").stringValue()).isEqualTo("network");
        assertThat(tree.at("/linux/seccomp/supportedFlags").isArray()).isTrue();
        assertThat(tree.at("/linux/mountExtensions/idmap/enabled").booleanValue())
                .isTrue();
        assertThat(tree.at("/linux/cgroup/systemdUser").isBoolean()).isTrue();
        assertThat(tree.at("/potentiallyUnsafeConfigAnnotations").isEmpty()).isTrue();
        // Every member of another runtime's document has its counterpart here.
        JsonNode runc = JSON.readTree(Fixture.engine("runc115.features.json"));
        assertThat(tree.propertyNames()).containsAll(runc.propertyNames());
        assertThat(tree.get("linux").propertyNames())
                .containsAll(runc.get("linux").propertyNames());
    }
}
