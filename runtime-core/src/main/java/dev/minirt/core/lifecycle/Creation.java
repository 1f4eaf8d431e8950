package dev.minirt.core.lifecycle;

import dev.minirt.core.driver.DriverGoneException;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.ProgramEncoder;
import dev.minirt.core.store.ContainerDirectory;
import dev.minirt.core.store.ContainerLock;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.core.store.StoreException;
import dev.minirt.core.systemd.Systemd;
import dev.minirt.core.systemd.SystemdException;
import dev.minirt.spec.SpecException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The create operation (runtime.md, Create). */
public final class Creation {
    private static final long LOCK_PATIENCE_MILLISECONDS = 10_000;

    private final Surroundings around;
    private final Observer observer;

    public Creation(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
    }

    /**
     * Makes a container and leaves it waiting for start.
     *
     * @return the record of the created container
     * @throws SpecException if the configuration cannot be honoured
     * @throws ContainerException if something failed; then nothing of the container is left
     * @throws dev.minirt.core.driver.SignalledException if a signal came; then nothing of the container is left
     */
    public ContainerRecord create(CreateRequest request) {
        var bundle = request.bundle();
        for (var warning : bundle.warnings()) {
            around.diary().warning(warning.toString());
        }
        var directory = around.store().directory(request.id());
        if (directory.exists()) {
            // mkdir decides; this only spares a plan.
            throw new StoreException("container with given ID already exists: " + request.id());
        }
        bundle.requireRootfs();
        if (request.pidFile().isPresent()) {
            PidFile.check(Path.of(request.pidFile().get()));
        }
        try (var systemd = systemd(request.cgroupDriver())) {
            return create(request, directory, systemd);
        }
    }

    private @Nullable Systemd systemd(CgroupDriver driver) {
        try {
            return switch (driver) {
                case FILES -> null;
                case SYSTEMD -> around.systemd().connect(false, Optional.empty());
                case USER_SYSTEMD -> around.systemd().connect(true, Optional.empty());
            };
        } catch (SystemdException e) {
            throw new ContainerException(String.valueOf(e.getMessage()), e);
        }
    }

    private ContainerRecord create(CreateRequest request, ContainerDirectory directory, @Nullable Systemd systemd) {
        var bundle = request.bundle();
        var options = new PlanOptions(
                request.id().text(),
                bundle.path().toString(),
                directory.path().toString(),
                request.pidFile(),
                request.noPivot(),
                request.noNewKeyring(),
                request.preserveFds(),
                around.umask(),
                request.connections(),
                systemd == null ? Optional.empty() : Optional.of(systemd.instance()));
        var plan = around.planner().plan(bundle.spec(), options, around.facts().get());
        for (var warning : plan.warnings()) {
            around.diary().warning(warning.toString());
        }
        around.diary().debug("the plan has been made");
        var program = ProgramEncoder.encode(plan, around.diary().isDebugging());
        around.driver().checkSignal();

        around.store().create(request.id());
        try (var _ = lock(directory)) {
            return carryOut(request, plan, program, directory, systemd);
        }
    }

    private ContainerLock lock(ContainerDirectory directory) {
        try {
            return directory.lock(LOCK_PATIENCE_MILLISECONDS);
        } catch (StoreException e) {
            if (!directory.exists()) {
                throw new StoreException("container " + directory.id() + " was deleted while it was created");
            }
            directory.abandon();
            throw e;
        }
    }

    private ContainerRecord carryOut(
            CreateRequest request, Plan plan, byte[] program, ContainerDirectory directory, @Nullable Systemd systemd) {
        var birth = new Birth(around, observer, request, plan, directory, systemd);
        try {
            return birth.toCreated(program);
        } catch (DriverGoneException e) {
            // Nobody is left to undo it for; init has died with the driver, and delete --force finds the rest.
            throw e;
        } catch (Throwable failure) {
            try {
                birth.undo();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
                throw new ContainerException(
                        failure.getMessage() + "; and what was made could not be removed: " + e.getMessage(), failure);
            }
            throw failure;
        }
    }
}
