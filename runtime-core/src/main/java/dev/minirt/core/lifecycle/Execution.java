package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.driver.RunEvent;
import dev.minirt.core.error.FailureExplainer;
import dev.minirt.core.error.MemoryShortage;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.ProgramEncoder;
import dev.minirt.core.plan.stage.ExecStages;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.json.SpecReader;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs another process in a container that is there: the exec of the command lines. Takes no lock, so that any number of them go on at
 * once, and writes nothing to the state directory.
 */
public final class Execution {
    private final Surroundings around;
    private final Observer observer;

    public Execution(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
    }

    /**
     * Has a process executed in a container; returns when it is.
     *
     * @return the process, a child of the driver
     * @throws dev.minirt.spec.SpecException if what is asked for cannot be honoured
     * @throws ContainerException if the container has no live init, or is paused; or if something failed: then nothing is left
     * @throws dev.minirt.core.driver.SignalledException if a signal came; then nothing is left
     */
    public ProcessIdentity execute(ExecRequest request) {
        return execute(request, plan(request));
    }

    /** The same with the plan that {@link #plan} has made of the request. */
    public ProcessIdentity execute(ExecRequest request, Plan plan) {
        for (var warning : plan.warnings()) {
            around.diary().warning(warning.toString());
        }
        if (request.pidFile().isPresent()) {
            PidFile.check(Path.of(request.pidFile().get()));
        }
        var program = ProgramEncoder.encode(plan, around.diary().isDebugging());
        around.diary().debug("the program has been encoded");
        around.driver().checkSignal();
        return new Run(request, plan).toTheEnd(program);
    }

    /**
     * What would be done, without doing it.
     *
     * @throws RuntimeException as {@link #execute} does before it begins
     */
    public Plan plan(ExecRequest request) {
        var directory = around.store().find(request.id());
        var container = running(observer.observe(directory), request.ignorePaused());
        var config = directory.readConfig();
        var filter = around.build().isPresent()
                ? KeptFilter.read(directory.readFilter(), around.build().get(), config)
                : Optional.<LoadSeccomp>empty();
        var spec = (filter.isPresent() ? SpecReader.readWithoutSeccomp(config) : SpecReader.read(config)).document();
        var process = request.process().within(spec);
        var launch = container.launch();
        var options = new PlanOptions(
                request.id().text(),
                launch.bundle(),
                directory.path().toString(),
                request.pidFile(),
                launch.noPivot(),
                launch.noNewKeyring(),
                request.preserveFds(),
                around.umask(),
                new Connections(request.terminal(), Optional.empty(), false));
        var facts = around.facts().get();
        var target = new ExecCgroup(around.processes(), facts).target(container, request.cgroup());
        return ExecStages.planner(target, filter).plan(spec.withProcess(process), options, facts);
    }

    private ContainerRecord running(Observation observed, boolean ignorePaused) {
        if (observed instanceof Observation.Broken broken) {
            throw new ContainerException(broken.reason());
        }
        if (!(observed instanceof Observation.Recorded(var container, var status))) {
            throw stopped();
        }
        switch (status) {
            case CREATED, RUNNING, PAUSED -> {}
            case CREATING -> throw new ContainerException("cannot exec in a container that is still being created");
            case STOPPED -> throw stopped();
        }
        if (status == ContainerStatus.PAUSED && !ignorePaused) {
            throw new ContainerException("cannot exec in a paused container (use --ignore-paused to override)");
        }
        return container;
    }

    private static ContainerException stopped() {
        return new ContainerException("cannot exec in a stopped container");
    }

    /** One exec on its way. */
    private final class Run {
        private final ExecRequest request;
        private final Plan plan;
        private final Stopwatch stopwatch;
        private @Nullable ProcessIdentity process;
        private final Cgroup cgroup;
        private final MemoryShortage before;
        private boolean over;

        Run(ExecRequest request, Plan plan) {
            this.request = request;
            this.plan = plan;
            this.stopwatch = new Stopwatch(around.diary(), plan);
            this.cgroup = new Cgroup(entered(plan), around.processes());
            this.before = cgroup.memoryShortage();
        }

        private Path entered(Plan plan) {
            for (var step : plan.steps()) {
                if (step.action() instanceof Action.Interpreted(var context, var op) && op instanceof OpenCgroup open) {
                    return Path.of(open.path());
                }
            }
            return Path.of(around.facts().get().ownCgroups().current());
        }

        ProcessIdentity toTheEnd(byte[] program) {
            boolean ready = false;
            try {
                around.driver().run(program);
                while (!ready) {
                    ready = follow(around.driver().nextEvent());
                }
                var identity = process;
                if (identity == null) {
                    throw new ContainerException("protocol error: ready without a process");
                }
                if (request.pidfdSocket().isPresent()) {
                    PidfdSocket.send(around.driver(), request.pidfdSocket().get(), identity, PidfdSocket.JOINED);
                }
                if (request.pidFile().isPresent()) {
                    PidFile.write(Path.of(request.pidFile().get()), identity.pid());
                }
                return identity;
            } catch (DriverGoneException e) {
                throw e;
            } catch (Throwable failure) {
                if (ready) {
                    around.driver().killAndReap();
                } else if (!over) {
                    around.driver().abort();
                }
                throw failure;
            }
        }

        /** Whether the program is executing. */
        private boolean follow(RunEvent event) {
            if (event instanceof RunEvent.Branched(var branches)) {
                var operations = plan.program();
                for (var branch : branches) {
                    Detours.tell(around.diary(), operations, branch);
                }
            } else if (event instanceof RunEvent.Spawned(int pid, long startTime)) {
                process = new ProcessIdentity(pid, startTime);
                around.diary().debug("the process has been born");
            } else if (event instanceof RunEvent.Timed timed) {
                stopwatch.note(timed);
            } else if (event instanceof RunEvent.Ready) {
                around.diary().debug("the program is executed");
                stopwatch.tell();
                return true;
            } else if (event instanceof RunEvent.Failed(var failure)) {
                over = true;
                throw FailureExplainer.failed(
                        plan, failure.operation(), failure.step(), failure.code(), failure.detail());
            } else if (event instanceof RunEvent.Died(int operation, int waitStatus)) {
                over = true;
                throw FailureExplainer.died(
                        plan, operation, waitStatus, cgroup.memoryShortage().since(before));
            } else {
                throw new ContainerException("protocol error: " + event);
            }
            return false;
        }
    }
}
