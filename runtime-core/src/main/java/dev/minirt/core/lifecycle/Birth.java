package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.cgroup.CgroupException;
import dev.minirt.core.driver.DriverChannel;
import dev.minirt.core.driver.RunEvent;
import dev.minirt.core.error.Errno;
import dev.minirt.core.error.FailureExplainer;
import dev.minirt.core.error.MemoryShortage;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.host.Timestamp;
import dev.minirt.core.linux.SyncPoint;
import dev.minirt.core.plan.HostAction;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlannedStep;
import dev.minirt.core.store.CgroupEntry;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.core.store.Launch;
import dev.minirt.core.store.UnitEntry;
import dev.minirt.core.systemd.LoadedUnit;
import dev.minirt.core.systemd.Systemd;
import dev.minirt.core.systemd.SystemdException;
import dev.minirt.core.systemd.UnitExistsException;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.NamespaceType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One create on its way: carries out the plan's host actions in their phases and has its program run, and knows at every moment what there
 * is to undo.
 */
final class Birth {
    private enum Program {
        NOT_BEGUN,
        RUNNING,
        READY,
        OVER
    }

    private final Surroundings around;
    private final DriverChannel driver;
    private final Observer observer;
    private final RuntimeHooks hooks;
    private final Plan plan;
    private final CreateRequest request;
    private final ContainerDirectory directory;
    private final @Nullable Systemd systemd;
    private final Stopwatch stopwatch;
    private ContainerRecord container;
    private @Nullable Path pidFile;
    private Program program = Program.NOT_BEGUN;
    private MemoryShortage shortageBefore = MemoryShortage.NONE;
    private boolean recorded;

    Birth(
            Surroundings around,
            Observer observer,
            CreateRequest request,
            Plan plan,
            ContainerDirectory directory,
            @Nullable Systemd systemd) {
        this.around = around;
        this.driver = around.driver();
        this.observer = observer;
        this.hooks = new RuntimeHooks(driver, around.diary());
        this.plan = plan;
        this.stopwatch = new Stopwatch(around.diary(), plan);
        this.request = request;
        this.directory = directory;
        this.systemd = systemd;
        this.container = new ContainerRecord(
                request.id(),
                ContainerStatus.CREATING,
                Optional.empty(),
                around.runtime(),
                observer.bootId(),
                Timestamp.now(),
                around.caller(),
                launch(request, around.umask()),
                Optional.empty());
    }

    private static Launch launch(CreateRequest request, int umask) {
        var spec = request.bundle().spec();
        return new Launch(
                spec.ociVersion(),
                request.bundle().path().toString(),
                request.bundle().rootfs().toString(),
                spec.annotations(),
                spec.process().isPresent(),
                spec.linux().createsNamespace(NamespaceType.PID),
                !spec.hooks().poststart().isEmpty(),
                !spec.hooks().poststop().isEmpty(),
                request.noPivot(),
                request.noNewKeyring(),
                request.preserveFds(),
                umask,
                request.connections());
    }

    /** Goes all the way to the state {@code created}. */
    ContainerRecord toCreated(byte[] encoded) {
        around.diary().debug("the program has been encoded, the container is locked");
        perform(Phase.RECORD);
        around.diary().debug("the container has been recorded");
        perform(Phase.CGROUP);
        around.diary().debug("the cgroup has been made");
        driver.checkSignal();
        program = Program.RUNNING;
        driver.run(encoded);
        while (program == Program.RUNNING) {
            follow(driver.nextEvent());
        }
        around.diary().debug("init waits for start");
        stopwatch.tell();
        if (request.pidfdSocket().isPresent()) {
            PidfdSocket.send(
                    driver, request.pidfdSocket().get(), container.init().orElseThrow(), PidfdSocket.INIT);
        }
        perform(Phase.CREATED);
        return container;
    }

    private void follow(RunEvent event) {
        if (event instanceof RunEvent.Branched(var branches)) {
            var operations = plan.program();
            for (var branch : branches) {
                Detours.tell(around.diary(), operations, branch);
            }
        } else if (event instanceof RunEvent.Spawned(int pid, long startTime)) {
            container = container.withInit(new ProcessIdentity(pid, startTime));
            around.diary().debug("init has been born");
        } else if (event instanceof RunEvent.Reached(int point)) {
            if (point != SyncPoint.CREATE_RUNTIME.value()) {
                throw new ContainerException("protocol error: synchronisation point " + point);
            }
            around.diary().debug("the hooks' turn has come");
            perform(Phase.CREATE_RUNTIME_HOOKS);
            driver.checkSignal();
            driver.proceed();
        } else if (event instanceof RunEvent.Timed timed) {
            stopwatch.note(timed);
        } else if (event instanceof RunEvent.Ready) {
            program = Program.READY;
        } else {
            program = Program.OVER;
            throw reason(event);
        }
    }

    private RuntimeException reason(RunEvent end) {
        if (end instanceof RunEvent.Failed(var failure)) {
            return FailureExplainer.failed(plan, failure.operation(), failure.step(), failure.code(), failure.detail());
        }
        if (end instanceof RunEvent.Died(int operation, int waitStatus)) {
            return FailureExplainer.died(plan, operation, waitStatus, memoryShortage());
        }
        return new IllegalStateException("no end: " + end);
    }

    private MemoryShortage memoryShortage() {
        return container.cgroup().isPresent()
                ? cgroup(container.cgroup().get().path()).memoryShortage().since(shortageBefore)
                : MemoryShortage.NONE;
    }

    private void perform(Phase phase) {
        for (var step : plan.hostActions(phase)) {
            if (step.action() instanceof HostAction action) {
                perform(step, action);
            }
        }
    }

    private void perform(PlannedStep step, HostAction action) {
        if (action instanceof HostAction.RecordState) {
            directory.write(container);
            recorded = true;
            directory.writeConfig(request.bundle().config());
            keepFilter();
        } else if (action instanceof HostAction.RunRuntimeHook(var kind, int index, var hook)) {
            hooks.run(kind, index, hook, container, ContainerStatus.CREATING, OptionalInt.of(initPid()));
        } else if (action instanceof HostAction.RecordCreated) {
            container = container.withStatus(ContainerStatus.CREATED);
            directory.write(container);
        } else if (action instanceof HostAction.WritePidFile(var path)) {
            PidFile.write(Path.of(path), initPid());
            pidFile = Path.of(path);
        } else if (action instanceof HostAction.MakeNotifyDirectory(var path)) {
            NotifySocket.makeDirectory(Path.of(path));
        } else if (action instanceof HostAction.MakeRootMountPoint) {
            HostRoot.make(directory);
        } else {
            limit(step, action);
        }
    }

    private void keepFilter() {
        if (around.build().isPresent()) {
            var kept =
                    KeptFilter.of(plan, around.build().get(), request.bundle().config());
            if (kept != null) {
                directory.writeFilter(kept);
            }
        }
    }

    private int initPid() {
        return container.init().orElseThrow().pid();
    }

    /** A limit that cannot be applied names the member of the configuration that asked for it. */
    private void limit(PlannedStep step, HostAction action) {
        try {
            if (action instanceof HostAction.CreateCgroup(var path)) {
                makeCgroup(path);
            } else if (action instanceof HostAction.EnableController(var controller, var path)) {
                cgroup(path).enable(cgroupMount(), controller);
            } else if (action instanceof HostAction.AccountFor(var controllers, var path)) {
                cgroup(path).account(cgroupMount(), controllers);
            } else if (action instanceof HostAction.DelegateCgroup(var path, long uid)) {
                cgroup(path).delegate(uid);
            } else if (action instanceof HostAction.WriteCgroupFile(var file, var value, var ifMissing)) {
                cgroup(container.cgroup().orElseThrow().path()).write(file, value, ifMissing);
            } else if (action instanceof HostAction.StartUnit start) {
                startUnit(start, requireSystemd());
            } else if (action instanceof HostAction.SetUnitProperties(var unit, var properties)) {
                requireSystemd().set(unit, properties);
            } else {
                throw new IllegalStateException("not a part of create: " + action);
            }
        } catch (CgroupException | SystemdException e) {
            var place = step.pointer().field();
            throw new ContainerException(
                    place.isEmpty() ? String.valueOf(e.getMessage()) : place + ": " + e.getMessage(), e);
        }
    }

    private void makeCgroup(String path) {
        var cgroup = cgroup(path);
        container = container.withCgroup(new CgroupEntry(path, cgroup.missing()));
        directory.write(container);
        if (cgroup.exists()) {
            shortageBefore = cgroup.memoryShortage();
        }
        try {
            if (!cgroup.make()) {
                new Tenancy(around, observer).refuseOthers(request.id(), cgroup, path);
                var above = container.cgroup().orElseThrow().made().stream()
                        .filter(made -> !made.equals(path))
                        .toList();
                container = container.withCgroup(new CgroupEntry(path, above));
                directory.write(container);
            }
        } catch (CgroupException e) {
            // One that is not fit, or another's, was never ours to empty.
            if (cgroup.exists()) {
                container = container.withoutCgroup();
                directory.write(container);
            }
            throw e;
        }
    }

    private Systemd requireSystemd() {
        if (systemd == null) {
            throw new IllegalStateException("a plan for systemd, but no systemd");
        }
        return systemd;
    }

    private void startUnit(HostAction.StartUnit start, Systemd by) {
        refuseOthers(start.unit(), by);
        var cgroup = cgroup(start.path());
        if (cgroup.exists()) {
            cgroup.make();
        }
        var instance = by.instance();
        var unit =
                new UnitEntry(start.unit(), instance.user(), by.address(), instance.controlGroup(), instance.version());
        container = container.withCgroup(new CgroupEntry(start.path(), List.of(start.path()), Optional.of(unit)));
        directory.write(container);
        try {
            by.start(start.unit(), start.properties(), start.placeheld() ? holdPlace() : 0);
        } catch (UnitExistsException e) {
            // Somebody else was faster: that one is not ours to stop.
            container = container.withoutCgroup();
            directory.write(container);
            throw e;
        }
        if (!cgroup.exists()) {
            throw new ContainerException("systemd has put " + start.unit() + " at "
                    + by.find(start.unit()).map(LoadedUnit::controlGroup).orElse("no cgroup") + ", not at "
                    + start.path());
        }
    }

    private static void refuseOthers(String unit, Systemd by) {
        var found = by.find(unit);
        if (found.isPresent() && found.get().isOver()) {
            by.resetFailed(unit);
            found = by.find(unit);
        }
        if (found.isPresent()) {
            throw new UnitExistsException("unit " + unit + " exists already: it is "
                    + found.get().activeState() + ", \"" + found.get().description() + "\"");
        }
    }

    private int holdPlace() {
        int pid = driver.holdPlace();
        if (pid <= 0) {
            throw new ContainerException(
                    "start a process that holds the place of init in its cgroup: " + Errno.words(-pid));
        }
        return pid;
    }

    private Cgroup cgroup(String path) {
        return new Cgroup(Path.of(path), around.processes());
    }

    private Path cgroupMount() {
        return Path.of(around.facts().get().cgroupRoot().orElseThrow());
    }

    /**
     * Undoes what was done, last thing first, then runs the poststop hooks (runtime.md, Lifecycle: an error goes on with step 12), unless the
     * container was never there.
     */
    void undo() {
        switch (program) {
            case RUNNING -> driver.abort();
            case READY -> driver.killAndReap();
            case NOT_BEGUN, OVER -> {}
        }
        if (pidFile != null) {
            PidFile.remove(pidFile);
        }
        if (container.cgroup().isPresent()) {
            new ContainerUnits(around).remove(directory, container);
        }
        HostRoot.detach(driver, directory);
        directory.remove();
        if (recorded) {
            hooks.runPoststop(request.bundle().spec().hooks().poststop(), container);
        }
    }
}
