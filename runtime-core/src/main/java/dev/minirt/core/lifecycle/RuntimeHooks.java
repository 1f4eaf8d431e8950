package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.HookOutcome;
import dev.minirt.core.driver.HookRequest;
import dev.minirt.core.error.FailureExplainer;
import dev.minirt.core.error.RuntimeFailure;
import dev.minirt.core.op.Bytes;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.Hook;
import dev.minirt.spec.HookKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Runs the hooks of the runtime's namespaces through the driver (config.md, POSIX-platform Hooks). */
final class RuntimeHooks {
    private final DriverChannel driver;
    private final Diary diary;

    RuntimeHooks(DriverChannel driver, Diary diary) {
        this.driver = driver;
        this.diary = diary;
    }

    /**
     * Runs one hook.
     *
     * @throws RuntimeFailure if it fails, with its place in the configuration and what it said
     */
    void run(HookKind kind, int index, Hook hook, ContainerRecord container, ContainerStatus status, OptionalInt pid) {
        var outcome = driver.hook(new HookRequest(
                hook.path(),
                hook.args().isEmpty() ? List.of(hook.path()) : hook.args(),
                hook.env(),
                hook.timeout().orElse(0),
                directory(container),
                Bytes.of(StateDocument.forHook(container, status, pid))));
        if (!outcome.succeeded()) {
            if (kind != HookKind.POSTSTOP) {
                // A signal to the driver ends the hook as well.
                driver.checkSignal();
            }
            throw FailureExplainer.hook(kind, index, hook, end(outcome.ending()), outcome.value(), outcome.output());
        }
    }

    /** Runs all poststop hooks; a failure only is a warning (runtime.md, Lifecycle, step 13). */
    void runPoststop(List<Hook> hooks, ContainerRecord container) {
        int index = 0;
        for (var hook : hooks) {
            try {
                run(HookKind.POSTSTOP, index++, hook, container, ContainerStatus.STOPPED, OptionalInt.empty());
            } catch (RuntimeFailure e) {
                diary.trouble(e.getMessage());
            }
        }
    }

    /** Hooks start in the bundle, as peers have it; it may be gone, or out of sight, when a container is deleted. */
    private static String directory(ContainerRecord container) {
        var bundle = container.launch().bundle();
        return Files.isDirectory(Path.of(bundle)) ? bundle : "/";
    }

    private static FailureExplainer.HookEnd end(HookOutcome.Ending ending) {
        return switch (ending) {
            case EXITED -> FailureExplainer.HookEnd.EXITED;
            case SIGNALLED -> FailureExplainer.HookEnd.SIGNALLED;
            case TIMEOUT -> FailureExplainer.HookEnd.TIMEOUT;
            case NOT_STARTED -> FailureExplainer.HookEnd.NOT_STARTED;
        };
    }
}
