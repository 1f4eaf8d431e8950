package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Execute;
import dev.minirt.core.op.FindExecutable;
import dev.minirt.core.op.FindHome;
import dev.minirt.core.op.NameOwnPid;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.Stage;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Spec;
import java.util.ArrayList;
import java.util.List;

/**
 * The program (P5, P6). It is found by create, as the user and in the directory it will have, so that a missing one is not an
 * error of start.
 */
final class ExecuteStage implements Stage {
    /** What execvp(3) searches without PATH. */
    private static final List<String> WITHOUT_PATH = List.of("/bin", "/usr/bin");

    private static final String PATH = "PATH=";
    private static final String HOME = "HOME=";

    @Override
    public void plan(Spec spec, PlanOptions options, HostFacts facts, PlanBuilder builder) {
        if (spec.process().isEmpty()) {
            return;
        }
        var process = spec.process().get();
        var args = Pointers.PROCESS.child("args");
        if (!isSet(process.env(), HOME)) {
            // As the peers do: images rely on it, and only the container's own passwd knows.
            builder.add(Phase.EXECUTABLE, new FindHome((int) process.user().uid()), Pointers.PROCESS.child("env"));
        }
        builder.add(
                Phase.EXECUTABLE,
                new FindExecutable(process.args().getFirst(), directories(process.env())),
                args.child(0));
        if (options.connections().sockets().isPresent()) {
            // Only init knows: 1 in a pid namespace of its own, any number in another's.
            builder.add(Phase.EXECUTABLE, new NameOwnPid("LISTEN_PID"), JsonPointer.ROOT);
        }
        builder.add(
                Phase.EXECUTE, new Execute(process.args(), environment(process.env(), options.connections())), args);
    }

    /** The config's environment and what tells the process of its connections, which replaces what the config says of such. */
    private static List<String> environment(List<String> configured, Connections connections) {
        if (connections.sockets().isEmpty() && !connections.notifies()) {
            return configured;
        }
        var environment = new ArrayList<String>();
        for (var assignment : configured) {
            if (connections.sockets().isEmpty() || !assignment.startsWith("LISTEN_")) {
                environment.add(assignment);
            }
        }
        if (connections.sockets().isPresent()) {
            var sockets = connections.sockets().get();
            environment.add("LISTEN_FDS=" + sockets.count());
            if (sockets.names().isPresent()) {
                environment.add("LISTEN_FDNAMES=" + sockets.names().get());
            }
        }
        if (connections.notifies()) {
            environment.add("NOTIFY_SOCKET=" + NotifyStage.SOCKET);
        }
        return environment;
    }

    /** The directories of the first PATH, as getenv(3) finds it; an empty one is the working directory. */
    static List<String> directories(List<String> environment) {
        for (var variable : environment) {
            if (variable.startsWith(PATH)) {
                return split(variable.substring(PATH.length()));
            }
        }
        return WITHOUT_PATH;
    }

    private static boolean isSet(List<String> environment, String variable) {
        for (var assignment : environment) {
            if (assignment.startsWith(variable)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> split(String path) {
        var directories = new ArrayList<String>();
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf(':', start);
            if (end < 0) {
                end = path.length();
            }
            directories.add(start == end ? "." : path.substring(start, end));
            start = end + 1;
        }
        return directories;
    }
}
