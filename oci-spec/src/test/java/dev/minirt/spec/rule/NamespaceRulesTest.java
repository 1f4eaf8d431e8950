package dev.minirt.spec.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import dev.minirt.spec.json.SpecReader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs a namespace of its own is refused without one; a joined one counts. */
class NamespaceRulesTest {
    private static List<String> violations(String members) {
        String document = "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"}," + members + "}";
        try {
            SpecReader.read(document.getBytes(UTF_8));
            return List.of();
        } catch (SpecException e) {
            return e.violations().stream().map(Violation::toString).toList();
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    G11 | "hostname":"h"                                       | hostname: needs a uts namespace in linux.namespaces
                    G12 | "domainname":"d","linux":{"namespaces":[]}           | domainname: needs a uts namespace in linux.namespaces
                    N5  | "linux":{"uidMappings":[{"containerID":0,"hostID":0,"size":1}]} | linux.uidMappings: needs a user namespace in linux.namespaces
                    N5  | "linux":{"gidMappings":[{"containerID":0,"hostID":0,"size":1}]} | linux.gidMappings: needs a user namespace in linux.namespaces
                    N7  | "linux":{"timeOffsets":{"boottime":{}}}              | linux.timeOffsets: needs a time namespace in linux.namespaces
                    N17 | "linux":{"maskedPaths":["/a"]}                       | linux.maskedPaths: needs a mount namespace in linux.namespaces
                    N17 | "linux":{"readonlyPaths":["/a"]}                     | linux.readonlyPaths: needs a mount namespace in linux.namespaces
                    D10 | "linux":{"netDevices":{"eth0":{}}}                   | linux.netDevices: needs a network namespace in linux.namespaces
                    M13 | "mounts":[{"destination":"/a","options":["bind","idmap"]}]  | mounts[0].options[1]: idmap needs uidMappings and gidMappings, here or in a user namespace
                    M13 | "mounts":[{"destination":"/a","options":["ridmap"]}] | mounts[0].options[0]: ridmap needs uidMappings and gidMappings, here or in a user namespace
                    """)
    void isRefused(String row, String members, String message) {
        assertThat(violations(members)).containsExactly(message);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    G11 | "hostname":"h","domainname":"d","linux":{"namespaces":[{"type":"uts","path":"/proc/1/ns/uts"}]}
                    G11 | "hostname":"","domainname":""
                    N5  | "linux":{"namespaces":[{"type":"user","path":"/proc/1/ns/user"}]}
                    N17 | "linux":{"maskedPaths":["/a"],"readonlyPaths":["/b"],"namespaces":[{"type":"mount","path":"/x"}]}
                    D10 | "linux":{"netDevices":{"eth0":{}},"namespaces":[{"type":"network","path":"/run/netns/n"}]}
                    M13 | "mounts":[{"destination":"/a","options":["idmap"]}],"linux":{"namespaces":[{"type":"user","path":"/u"}]}
                    """)
    void isAccepted(String row, String members) {
        assertThat(violations(members)).isEmpty();
    }
}
