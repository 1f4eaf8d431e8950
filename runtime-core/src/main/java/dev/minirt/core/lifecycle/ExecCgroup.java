package dev.minirt.core.lifecycle;

import dev.minirt.core.host.ProcessIdentity;
import dev.minirt.core.host.Processes;
import dev.minirt.core.plan.ExecTarget;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.store.ContainerRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the cgroup that a joining process is to enter: the container's; or init's, if the container's is gone, or if it has become an
 * inner one that takes no processes because something in the container, such as systemd, distributes its resources.
 */
final class ExecCgroup {
    private final Processes processes;
    private final HostFacts facts;

    ExecCgroup(Processes processes, HostFacts facts) {
        this.processes = processes;
        this.facts = facts;
    }

    /**
     * The target of an exec.
     *
     * @param below path below the container's cgroup that the caller asks for; then there is no fallback
     * @throws ContainerException if there is no such cgroup
     */
    ExecTarget target(ContainerRecord container, Optional<String> below) {
        var init = container
                .init()
                .orElseThrow(() -> new ContainerException("cannot exec in a container that has no process"));
        var own = container.cgroup().map(entry -> entry.path());
        if (below.isPresent()) {
            var path = own.orElseThrow(() -> new ContainerException("--cgroup: the container has no cgroup"))
                    + relative(below.get());
            if (!Files.isDirectory(Path.of(path))) {
                throw new ContainerException("--cgroup: cgroup " + path + ": no such file or directory");
            }
            return target(init, Optional.of(path), Optional.empty());
        }
        if (own.isEmpty()) {
            // It was made by a user who may use no other cgroup than the present one.
            return target(init, Optional.empty(), Optional.empty());
        }
        var present = present(init.pid());
        if (present.isEmpty() || Files.isDirectory(Path.of(own.get()))) {
            return target(init, own, present.filter(path -> !path.equals(own.get())));
        }
        return target(init, present, Optional.empty());
    }

    private static ExecTarget target(ProcessIdentity init, Optional<String> cgroup, Optional<String> fallback) {
        return new ExecTarget(init.pid(), init.startTime(), cgroup, fallback);
    }

    /** The directory of the cgroup that init is in; unknown if it is out of our own cgroup namespace. */
    private Optional<String> present(int pid) {
        if (facts.cgroupRoot().isEmpty()) {
            return Optional.empty();
        }
        return processes
                .cgroup(pid)
                .filter(path -> !path.startsWith("/..") && !path.endsWith(" (deleted)"))
                .map(path -> facts.cgroupRoot().get() + (path.equals("/") ? "" : path));
    }

    /** "/a/b" for what the caller wrote, with every component checked: it must not lead out of the container's cgroup. */
    private static String relative(String text) {
        if (text.indexOf(':') >= 0) {
            throw new ContainerException(
                    "--cgroup " + text + ": cgroup v2 has one hierarchy, so the path stands without controllers");
        }
        var path = new StringBuilder();
        int start = 0;
        while (start <= text.length()) {
            int slash = text.indexOf('/', start);
            int end = slash < 0 ? text.length() : slash;
            var component = text.substring(start, end);
            if (component.equals("..")) {
                throw new ContainerException("--cgroup " + text + ": must not contain \"..\"");
            }
            if (!component.isEmpty() && !component.equals(".")) {
                path.append('/').append(component);
            }
            start = end + 1;
        }
        return path.toString();
    }
}
