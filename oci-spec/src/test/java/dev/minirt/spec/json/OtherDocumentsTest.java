package dev.minirt.spec.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.spec.Hooks;
import dev.minirt.spec.SpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents beside the configuration: places count from their own top. */
class OtherDocumentsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                              | user: required, but missing; args: required, but missing; cwd: required, but missing
                    {"user":{"uid":"0","gid":0},"args":["a"],"cwd":"x"} | user.uid: expected integer, got string; cwd: must be an absolute path, got "x"
                    null                                            | process.json: top level must be an object, got null
                    """)
    void processes(String document, String message) {
        assertThatThrownBy(() -> SpecReader.readProcess(document.getBytes(UTF_8), "process.json"))
                .isInstanceOf(SpecException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"cpu":{"cpus":"x"}}                    | cpu.cpus: "x" is not a list such as 0-3,7
                    {"pids":{"limit":"60"}}                 | pids.limit: expected integer, got string
                    {"unified":{"a/b":""}}                  | unified["a/b"]: must be the name of a cgroup file, without directories
                    """)
    void resources(String document, String message) {
        assertThatThrownBy(() -> SpecReader.readResources(document.getBytes(UTF_8), "resources"))
                .isInstanceOf(SpecException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"ociVersion":"1.0.0","id":"","status":"stopped","bundle":"/b"}         | id: must not be empty
                    {"ociVersion":"1.0.0","id":"a","status":"running","bundle":"/b"}        | pid: required for a container that is running
                    {"ociVersion":"1.0.0","id":"a","status":"dead","bundle":"/b"}           | status: unknown status "dead"
                    {"ociVersion":"1.0.0","id":"a","status":"stopped","bundle":"b"}         | bundle: must be an absolute path, got "b"
                    """)
    void states(String document, String message) {
        assertThatThrownBy(() -> SpecReader.readState(document.getBytes(UTF_8), "state.json"))
                .isInstanceOf(SpecException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"hooks":{"poststop":[{"path":"bin/x"}]}}       | hooks.poststop[0].path: must be an absolute path, got "bin/x"
                    {"hooks":{"poststart":{}}}                      | hooks.poststart: expected array, got object
                    {"linux":{"a":1,"a":2}}                         | linux.a: duplicate member
                    [] | config.json: top level must be an object, got array
                    """)
    void hooks(String document, String message) {
        assertThatThrownBy(() -> SpecReader.readHooks(document.getBytes(UTF_8)))
                .isInstanceOf(SpecException.class)
                .hasMessage(message);
    }

    /** The same as when all of the configuration is read. */
    @Test
    void hooksAlone() {
        byte[] document = """
                {"ociVersion": "1.3.0", "root": {"path": "r"}, "process": null, "unknown": [{"hooks": 1}],
                 "hooks": {"prestart": [{"path": "/a"}], "createRuntime": null,
                           "poststart": [{"path": "/b", "args": ["b", "c"], "env": ["A=b"], "timeout": 3}, {"path": "/d"}],
                           "poststop": [{"path": "/e"}]},
                 "linux": {"namespaces": [{"type": "mount"}]}}
                """.getBytes(UTF_8);
        assertThat(SpecReader.readHooks(document).document())
                .isEqualTo(SpecReader.read(document).document().hooks());
        assertThat(SpecReader.readHooks("{}".getBytes(UTF_8)).document()).isEqualTo(Hooks.NONE);
    }
}
