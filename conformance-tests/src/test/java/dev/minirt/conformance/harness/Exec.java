package dev.minirt.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

/** The command {@code exec} as tests call it. */
public final class Exec {
    /** What exec exits with when it has failed itself. */
    private static final int FAILED = 255;

    private Exec() {}

    /** A container of that bundle that idles, so that something can be executed in it. */
    public static Container running(Sandbox box, Bundle bundle) {
        return box.create(bundle.idle()).start().awaitOutput("ready");
    }

    /** A command in the container. */
    public static Invocation exec(Sandbox box, Container container, List<String> flags, String... command) {
        return box.runtime(Stream.of(Stream.of("exec"), flags.stream(), Stream.of(container.id()), Stream.of(command))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    /** What a script of the container's shell prints that succeeds. */
    public static String output(Sandbox box, Container container, List<String> flags, String script) {
        return exec(box, container, flags, "sh", "-c", script)
                .execute()
                .succeeded()
                .stdout();
    }

    /** The same without flags. */
    public static String output(Sandbox box, Container container, String script) {
        return output(box, container, List.of(), script);
    }

    /** The exec itself has failed, and says these words. */
    public static void refused(Outcome outcome, String... words) {
        assertThat(outcome.code()).as("%s", outcome).isEqualTo(FAILED);
        for (String word : words) {
            assertThat(outcome.stderr()).as("%s", outcome).contains(word);
        }
    }
}
