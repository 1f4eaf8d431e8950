package dev.minirt.core.lifecycle;

import static dev.minirt.core.lifecycle.RehearsalHost.PROCESS;
import static dev.minirt.core.lifecycle.RehearsalHost.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.driver.FrameKind;
import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.Context;
import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlannedStep;
import dev.minirt.core.plan.TerminalOffer;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A10: what joins is filtered as the container is, whether the filter was kept or is made anew. */
class KeptFilterTest {
    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
    private static final LoadSeccomp FILTER = new LoadSeccomp(5, Bytes.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));

    @TempDir
    Path directory;

    private @Nullable RehearsalHost made;

    private RehearsalHost host() {
        if (made == null) {
            throw new IllegalStateException();
        }
        return made;
    }

    @BeforeEach
    void makeContainer() throws IOException {
        made = new RehearsalHost(directory);
        host().linux =
                ", \"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"flags\": [\"SECCOMP_FILTER_FLAG_LOG\"],"
                        + " \"syscalls\": [{\"names\": [\"mkdir\"], \"action\": \"SCMP_ACT_ERRNO\"}]}";
        new Creation(host().surroundings()).create(host().request(host().bundle(PROCESS, "")));
        Files.writeString(directory.resolve("proc/" + RehearsalHost.INIT + "/cgroup"), "0::/pod/c1\n");
        host().instead.put(FrameKind.RUN, (kind, request, self) -> {
            host().say(frame(FrameKind.SPAWNED).u32(5000).u64(1));
            host().say(frame(FrameKind.READY));
        });
    }

    @AfterEach
    void closeHost() throws IOException {
        host().close();
    }

    private static Plan planOf(LoadSeccomp filter) {
        return new Plan(
                List.of(new PlannedStep(Phase.SECCOMP, new Action.Interpreted(Context.INIT, filter), JsonPointer.ROOT)),
                List.of(),
                0);
    }

    private static byte[] kept(LoadSeccomp filter, String build, byte[] config) {
        var kept = KeptFilter.of(planOf(filter), build, config);
        if (kept == null) {
            throw new AssertionError("nothing is kept");
        }
        return kept;
    }

    @Test
    void isReadAsItWasKept() {
        assertThat(KeptFilter.read(kept(FILTER, "b", CONFIG), "b", CONFIG)).contains(FILTER);
        assertThat(KeptFilter.of(new Plan(List.of(), List.of(), 0), "b", CONFIG))
                .isNull();
    }

    @Test
    void isOfOneMinirtAndOneConfiguration() {
        var kept = kept(FILTER, "b", CONFIG);
        assertThat(KeptFilter.read(kept, "c", CONFIG)).isEmpty();
        assertThat(KeptFilter.read(kept, "bb", CONFIG)).isEmpty();
        assertThat(KeptFilter.read(kept, "", CONFIG)).isEmpty();
        assertThat(KeptFilter.read(kept, "b", "{ }".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void isNothingOnceItIsDamaged() {
        var kept = kept(FILTER, "b", CONFIG);
        for (int i = 0; i < kept.length; i++) {
            assertThat(KeptFilter.read(Arrays.copyOf(kept, i), "b", CONFIG)).isEmpty();
            var spoilt = kept.clone();
            spoilt[i] ^= 4;
            assertThat(KeptFilter.read(spoilt, "b", CONFIG)).as("byte %d", i).isEmpty();
        }
        assertThat(KeptFilter.read(Arrays.copyOf(kept, kept.length + 1), "b", CONFIG))
                .isEmpty();
    }

    private LoadSeccomp executed() {
        var process = RehearsalHost.command("true");
        var plan = new Execution(host().surroundings())
                .plan(new ExecRequest(
                        new ContainerId("c1"),
                        process,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        TerminalOffer.AT_TERMINAL));
        for (var step : plan.program()) {
            if (step.action() instanceof Action.Interpreted(var _, var op) && op instanceof LoadSeccomp filter) {
                return filter;
            }
        }
        throw new AssertionError("no filter");
    }

    private Path file() {
        return host().container().path().resolve("seccomp");
    }

    @Test
    void whatIsKeptIsWhatIsLoaded() throws IOException {
        var filter = executed();
        assertThat(filter.flags()).as("SECCOMP_FILTER_FLAG_LOG").isEqualTo(2);
        Files.delete(file());
        assertThat(executed()).as("made anew").isEqualTo(filter);
        Files.write(file(), kept(FILTER, "this one", host().container().readConfig()));
        assertThat(executed()).as("not made anew").isEqualTo(FILTER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "another one"})
    void anotherMinirtMakesItAnew(String build) throws IOException {
        var filter = executed();
        Files.write(file(), kept(FILTER, "this one", host().container().readConfig()));
        host().build = build.isEmpty() ? Optional.empty() : Optional.of(build);
        assertThat(executed()).isEqualTo(filter);
    }

    /** Whoever could write there could do anything; but what does not belong together must not be put together. */
    @Test
    void aConfigurationThatWasExchangedIsReadAsAWhole() throws IOException {
        var config = host().container().path().resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("SCMP_ACT_ERRNO", "SCMP_ACT_FROB"));
        assertThatThrownBy(this::executed).isInstanceOf(SpecException.class);
    }
}
