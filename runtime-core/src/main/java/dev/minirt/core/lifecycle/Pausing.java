package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.Cgroup;
import dev.minirt.core.cgroup.CgroupException;
import dev.minirt.core.cgroup.Freezer;
import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.store.ContainerId;
import dev.minirt.core.store.ContainerRecord;
import dev.minirt.spec.ContainerStatus;
import java.util.function.BooleanSupplier;

/**
 * Pause and resume, which the spec leaves to runtimes. That a container is paused is told by its cgroup alone, so that it is true whoever
 * froze it, and a command that is killed in the middle leaves nothing that resume could not undo.
 */
public final class Pausing {
    private static final long LOCK_PATIENCE_MILLISECONDS = 10_000;
    private static final int SHORTEST_WAIT = 1;
    private static final int LONGEST_WAIT = 50;

    private final Surroundings around;
    private final Observer observer;

    public Pausing(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
    }

    /**
     * Stops all processes of a created or running container; returns when they stand still.
     *
     * @throws ContainerException if it has another status, without effect; or if a process does not freeze in time, or a signal ends the
     *     waiting: then all go on
     */
    public void pause(ContainerId id) {
        var directory = around.store().find(id);
        try (var _ = directory.lock(LOCK_PATIENCE_MILLISECONDS)) {
            var observed = Recordings.of(observer, directory);
            switch (observed.status()) {
                case CREATED, RUNNING -> {}
                case PAUSED -> throw new ContainerException("container is already paused");
                case CREATING, STOPPED -> throw Recordings.notRunning();
            }
            freeze(init(observed.container()), freezer(observed.container()));
        }
    }

    /**
     * Lets the processes of a paused container go on.
     *
     * @throws ContainerException {@code container not paused} if it is not, without effect
     */
    public void resume(ContainerId id) {
        var directory = around.store().find(id);
        try (var _ = directory.lock(LOCK_PATIENCE_MILLISECONDS)) {
            var observed = Recordings.of(observer, directory);
            if (observed.status() != ContainerStatus.PAUSED) {
                throw new ContainerException("container not paused");
            }
            thaw(init(observed.container()), freezer(observed.container()));
        }
    }

    private void freeze(ProcessIdentity init, Freezer freezer) {
        boolean frozen = false;
        try {
            freezer.freeze();
            frozen = await(init, freezer::isFrozen);
            if (!frozen) {
                var awake = freezer.awake(around.processes());
                throw new ContainerException("the container does not freeze within " + Cgroup.PATIENCE_MILLISECONDS
                        + " ms" + (awake.isEmpty() ? "" : ": " + awake));
            }
        } finally {
            if (!frozen) {
                thawAfterFailure(freezer);
            }
        }
    }

    /** The reason why it failed matters more than that it cannot be undone: resume can try again. */
    private void thawAfterFailure(Freezer freezer) {
        try {
            freezer.thaw();
        } catch (CgroupException e) {
            around.diary().trouble(e.getMessage() + ": the container stays paused until it is resumed");
        }
    }

    private void thaw(ProcessIdentity init, Freezer freezer) {
        freezer.thaw();
        var above = freezer.frozenAncestor();
        if (above.isPresent()) {
            around.diary()
                    .warning("the container goes on when cgroup " + above.get() + " above it does, which is frozen");
            return;
        }
        if (!await(init, () -> !freezer.isFrozen())) {
            throw new ContainerException("the container does not thaw within " + Cgroup.PATIENCE_MILLISECONDS + " ms");
        }
    }

    /** Waits for something about a container, whose end or a signal to us ends the waiting too. Returns false if it did not come in time. */
    private boolean await(ProcessIdentity init, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Cgroup.PATIENCE_MILLISECONDS * 1_000_000;
        int wait = SHORTEST_WAIT;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            if (Recordings.hasEnded(around, init, wait)) {
                throw Recordings.notRunning();
            }
            wait = Math.min(wait * 2, LONGEST_WAIT);
        }
        return true;
    }

    private static ProcessIdentity init(ContainerRecord container) {
        return container.init().orElseThrow(Recordings::notRunning);
    }

    private Freezer freezer(ContainerRecord container) {
        return new Freezer(Recordings.requireCgroup(observer, container));
    }
}
