package dev.minirt.cli;

import dev.minirt.core.cgroup.stat.Statistics;
import dev.minirt.core.lifecycle.Watching;
import dev.minirt.core.store.ContainerId;
import org.apache.commons.cli.Options;

/** {@code minirt events}: a line of JSON for what a container has used, at every interval, and for each time that it ran out of memory. */
final class EventsCommand implements Command {
    @Override
    public String name() {
        return "events";
    }

    @Override
    public String operands() {
        return "CONTAINER-ID";
    }

    @Override
    public String summary() {
        return "print statistics and out-of-memory events of a container as JSON, until it stops";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Command.valued(
                        null, "interval", "TIME", "time between statistics, such as 500ms (default: 5s)"))
                .addOption(Command.flag(null, "stats", "print the statistics of this moment and end"));
    }

    @Override
    public Ending run(Session session, Flags flags) {
        var id = new ContainerId(flags.rest().getFirst());
        long interval = Interval.milliseconds("interval", flags.value("interval", "5s"));
        var watching = new Watching(session.surroundings());
        if (flags.has("stats")) {
            session.print(EventText.statistics(id, watching.statistics(id)));
        } else {
            watching.watch(id, interval, new Printer(session, id));
        }
        return Ending.DONE;
    }

    /** Whoever reads wants to know now. */
    private record Printer(Session session, ContainerId id) implements Watching.Listener {
        @Override
        public void used(Statistics statistics) {
            print(EventText.statistics(id, statistics));
        }

        @Override
        public void outOfMemory() {
            print(EventText.outOfMemory(id));
        }

        private void print(String line) {
            session.print(line);
            session.flush();
        }
    }
}
