package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.HookOutcome;
import dev.minirt.core.driver.HookRequest;
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
     * @throws ContainerException if it fails, with its place in the configuration and what it said
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
            throw new ContainerException(
                    "hooks." + kind.specName() + "[" + index + "]: " + hook.path() + ": " + words(outcome, hook));
        }
    }

    /** Runs all poststop hooks; a failure only is a warning (runtime.md, Lifecycle, step 13). */
    void runPoststop(List<Hook> hooks, ContainerRecord container) {
        int index = 0;
        for (var hook : hooks) {
            try {
                run(HookKind.POSTSTOP, index++, hook, container, ContainerStatus.STOPPED, OptionalInt.empty());
            } catch (ContainerException e) {
                diary.warning(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Hooks start in the bundle, as peers have it; it may be gone, or out of sight, when a container is deleted. */
    private static String directory(ContainerRecord container) {
        var bundle = container.launch().bundle();
        return Files.isDirectory(Path.of(bundle)) ? bundle : "/";
    }

    private static String words(HookOutcome outcome, Hook hook) {
        var how = switch (outcome.ending()) {
            case EXITED -> "exit status " + outcome.value();
            case SIGNALLED -> "killed by signal " + outcome.value();
            case TIMEOUT -> "killed after its timeout of " + hook.timeout().orElse(0) + " seconds";
            case NOT_STARTED -> ErrnoWords.of(outcome.value());
        };
        var output = outcome.output().strip();
        return output.isEmpty() ? how : how + ": " + output;
    }
}
