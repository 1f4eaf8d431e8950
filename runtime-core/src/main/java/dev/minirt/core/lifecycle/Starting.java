package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.driver.StartOutcome;
import dev.minirt.core.error.FailureExplainer;
import dev.minirt.core.error.MemoryShortage;
import dev.minirt.core.error.RuntimeFailure;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.StartGate;
import dev.minirt.core.store.CgroupEntry;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.HookKind;
import dev.minirt.spec.json.SpecReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** The start operation (runtime.md, Start). */
public final class Starting {
    private static final long LOCK_PATIENCE_MILLISECONDS = 10_000;

    private final Surroundings around;
    private final Observer observer;
    private final NotifySocket notifySocket;

    public Starting(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
        this.notifySocket = new NotifySocket(around);
    }

    /**
     * Has the program of a created container executed; returns when it is.
     *
     * @throws ContainerException if the container is not {@code created}, without effect; or if an operation or a hook failed: then the
     *     container is destroyed (runtime.md, Lifecycle, steps 7 and 9)
     */
    public void start(ContainerId id) {
        begin(id);
    }

    /** As {@link #start}; of a service it also waits, unlocked, until the container has said that it is ready, or has ended. */
    public void startAndAwaitReady(ContainerId id) {
        notifySocket.awaitReady(begin(id));
    }

    private ContainerRecord begin(ContainerId id) {
        var directory = around.store().find(id);
        try (var _ = directory.lock(LOCK_PATIENCE_MILLISECONDS)) {
            var container = startable(directory);
            notifySocket.open(directory, container);
            start(directory, container);
            return container;
        }
    }

    private ContainerRecord startable(ContainerDirectory directory) {
        var observed = observer.observe(directory);
        if (observed instanceof Observation.Broken broken) {
            throw new ContainerException(broken.reason());
        }
        if (!(observed instanceof Observation.Recorded(var container, var status))) {
            throw stopped();
        }
        switch (status) {
            case CREATED -> {}
            case RUNNING -> throw new ContainerException("cannot start an already running container");
            case PAUSED -> throw new ContainerException("cannot start a paused container: resume it first");
            case STOPPED -> throw stopped(container);
            case CREATING -> throw new ContainerException("cannot start a container that is still being created");
        }
        if (!container.launch().hasProcess()) {
            throw new ContainerException("process: the configuration has none, so there is nothing to start");
        }
        return container;
    }

    /** While init waits it needs next to nothing, but even that may be more than there is. */
    private ContainerException stopped(ContainerRecord container) {
        if (container.status() == ContainerStatus.CREATED && observer.isOfThisBoot(container)) {
            var shortage = shortage(container);
            if (shortage.happened()) {
                return new ContainerException(stopped().getMessage() + ": its init was " + shortage.words());
            }
        }
        return stopped();
    }

    private MemoryShortage shortage(ContainerRecord container) {
        return container.cgroup().isPresent()
                ? new Cgroup(Path.of(container.cgroup().get().path()), around.processes()).memoryShortage()
                : MemoryShortage.NONE;
    }

    private static ContainerException stopped() {
        return new ContainerException("cannot start a container that has stopped");
    }

    private void start(ContainerDirectory directory, ContainerRecord container) {
        var init = container.init().orElseThrow();
        var before = shortageBefore(container);
        var outcome =
                around.driver().start(directory.path().toString(), StartGate.SOCKET, init.pid(), init.startTime());
        around.diary().debug("init has answered");
        if (outcome instanceof StartOutcome.Ended) {
            refuseShortage(container, before);
        }
        if (outcome instanceof StartOutcome.Executing || outcome instanceof StartOutcome.Ended) {
            var running = container.withStatus(ContainerStatus.RUNNING);
            directory.write(running);
            around.diary().debug("the start has been recorded");
            runPoststartHooks(directory, running);
        } else if (outcome instanceof StartOutcome.Failed(var failure)) {
            var reason = FailureExplainer.failed(
                    planAgain(directory, container),
                    failure.operation(),
                    failure.step(),
                    failure.code(),
                    failure.detail());
            throw destroyed(directory, container, reason);
        } else {
            // Nobody listens, or init ended before it was started: perhaps because a signal cut the waiting short.
            around.driver().checkSignal();
            throw stopped(container);
        }
    }

    /** A program that is killed while it is loaded has hardly been started: whoever gave it too little memory hears of it. */
    private void refuseShortage(ContainerRecord container, MemoryShortage before) {
        var shortage = shortage(container).since(before);
        if (shortage.happened()) {
            throw new ContainerException(
                    "the container has ended as soon as it was started: its init was " + shortage.words());
        }
    }

    /** A cgroup that was made for this container has counted nothing else. */
    private MemoryShortage shortageBefore(ContainerRecord container) {
        var cgroup = container.cgroup();
        return cgroup.isEmpty() || cgroup.get().made().contains(cgroup.get().path())
                ? MemoryShortage.NONE
                : shortage(container);
    }

    private void runPoststartHooks(ContainerDirectory directory, ContainerRecord container) {
        if (!container.launch().poststart()) {
            return;
        }
        var runner = new RuntimeHooks(around.driver(), around.diary());
        var hooks = SpecReader.readHooks(directory.readConfig()).document();
        int index = 0;
        for (var hook : hooks.poststart()) {
            try {
                runner.run(
                        HookKind.POSTSTART,
                        index++,
                        hook,
                        container,
                        ContainerStatus.RUNNING,
                        OptionalInt.of(container.init().orElseThrow().pid()));
            } catch (RuntimeFailure e) {
                throw destroyed(directory, container, e);
            }
        }
    }

    /** Destroys the container because of a failure, which is returned. */
    private RuntimeException destroyed(
            ContainerDirectory directory, ContainerRecord container, RuntimeException reason) {
        try {
            new Destruction(around, observer).destroy(directory, container);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
            return new ContainerException(
                    reason.getMessage() + "; and the container could not be removed: " + e.getMessage(), reason);
        }
        return reason;
    }

    /** The plan that create made: the same function of the same configuration and options. */
    private Plan planAgain(ContainerDirectory directory, ContainerRecord container) {
        var launch = container.launch();
        var options = new PlanOptions(
                container.id().text(),
                launch.bundle(),
                directory.path().toString(),
                Optional.empty(),
                launch.noPivot(),
                launch.noNewKeyring(),
                launch.preserveFds(),
                launch.umask(),
                launch.connections(),
                container.cgroup().flatMap(CgroupEntry::unit).map(ContainerUnits::instance));
        return around.planner()
                .plan(
                        SpecReader.read(directory.readConfig()).document(),
                        options,
                        around.facts().get());
    }
}
