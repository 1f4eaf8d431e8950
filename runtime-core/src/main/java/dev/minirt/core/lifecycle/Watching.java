package dev.minirt.core.lifecycle;

import dev.minirt.core.cgroup.stat.Statistics;
import dev.minirt.core.cgroup.stat.StatisticsReader;
import dev.minirt.core.store.ContainerId;
import dev.minirt.spec.ContainerStatus;

/** Tells what a container uses, once or for as long as it lives. */
public final class Watching {
    /** How late the news of a kill for want of memory may come. */
    private static final int ATTENTION_MILLISECONDS = 200;

    /** Who wants to know. */
    public interface Listener {
        /** What has been used so far. */
        void used(Statistics statistics);

        /** The kernel has killed processes for want of memory. */
        void outOfMemory();
    }

    private final Surroundings around;
    private final Observer observer;

    public Watching(Surroundings around) {
        this.around = around;
        this.observer = new Observer(around.processes());
    }

    /**
     * What a container has used.
     *
     * @throws ContainerException if it is not created, running or paused
     */
    public Statistics statistics(ContainerId id) {
        return reader(alive(id)).read();
    }

    /**
     * Tells the listener of all that happens until the container stops.
     *
     * @param interval milliseconds between two statistics, at least 1
     * @throws ContainerException if it is not created, running or paused
     * @throws dev.minirt.core.driver.SignalledException if a signal came
     */
    public void watch(ContainerId id, long interval, Listener listener) {
        var observed = alive(id);
        var reader = reader(observed);
        var init = observed.container().init().orElseThrow();
        long kills = reader.outOfMemoryKills();
        long next = now() + interval;
        boolean alive = true;
        while (alive) {
            alive = !Recordings.hasEnded(around, init, Math.clamp(next - now(), 0, ATTENTION_MILLISECONDS));
            long killsNow = reader.outOfMemoryKills();
            if (killsNow > kills) {
                listener.outOfMemory();
                kills = killsNow;
            }
            if (alive && now() >= next) {
                listener.used(reader.read());
                // Not one after the other for what was missed, as while the machine slept.
                next = Math.max(next + interval, now());
            }
        }
    }

    private Observation.Recorded alive(ContainerId id) {
        var observed = Recordings.of(observer, around.store().find(id));
        if (observed.status() == ContainerStatus.STOPPED || observed.status() == ContainerStatus.CREATING) {
            throw new ContainerException("container with id " + id + " is not running");
        }
        return observed;
    }

    private StatisticsReader reader(Observation.Recorded observed) {
        return new StatisticsReader(Recordings.requireCgroup(observer, observed.container()));
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
