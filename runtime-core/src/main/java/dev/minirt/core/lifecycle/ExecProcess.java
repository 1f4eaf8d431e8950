package dev.minirt.core.lifecycle;

import dev.minirt.spec.Capabilities;
import dev.minirt.spec.Process;
import dev.minirt.spec.Spec;
import dev.minirt.spec.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The process that exec is to run. */
public sealed interface ExecProcess {
    /**
     * The whole process, given the container's configuration.
     *
     * @throws ContainerException if there is no way to make one
     */
    Process within(Spec container);

    /**
     * A process document ({@code --process}). What it does not say is as in the container's configuration, as with the peers: a
     * program that joins is not less confined than the one that is there.
     *
     * @param process the document
     */
    record Document(Process process) implements ExecProcess {
        @Override
        public Process within(Spec container) {
            if (container.process().isEmpty()) {
                return process;
            }
            var own = container.process().get();
            return new Process(
                    process.terminal(),
                    process.consoleSize(),
                    withUmask(process.user(), own.user()),
                    process.args(),
                    process.env(),
                    process.cwd(),
                    process.capabilities().or(own::capabilities),
                    process.rlimits().isEmpty() ? own.rlimits() : process.rlimits(),
                    process.noNewPrivileges(),
                    process.apparmorProfile().or(own::apparmorProfile),
                    process.oomScoreAdj().isPresent() ? process.oomScoreAdj() : own.oomScoreAdj(),
                    process.selinuxLabel().or(own::selinuxLabel),
                    process.scheduler().or(own::scheduler),
                    process.ioPriority().or(own::ioPriority),
                    process.execCPUAffinity().or(own::execCPUAffinity));
        }

        private static User withUmask(User user, User own) {
            return user.umask().isPresent() || own.umask().isEmpty()
                    ? user
                    : new User(user.uid(), user.gid(), own.umask(), user.additionalGids());
        }
    }

    /**
     * The container's own process with another command, and with what the flags say.
     *
     * @param args the command, at least one word
     * @param cwd working directory
     * @param env assignments, each in the place of one to the same variable
     * @param uid user id
     * @param gid group id
     * @param additionalGids more supplementary groups
     * @param terminal whether to make a terminal; what the configuration says of it is about its own process
     * @param capabilities names of more capabilities
     * @param noNewPrivileges whether to forbid new privileges
     * @param selinuxLabel SELinux label
     * @param apparmorProfile AppArmor profile
     */
    record Command(
            List<String> args,
            Optional<String> cwd,
            List<String> env,
            OptionalLong uid,
            OptionalLong gid,
            List<Long> additionalGids,
            boolean terminal,
            List<String> capabilities,
            Optional<Boolean> noNewPrivileges,
            Optional<String> selinuxLabel,
            Optional<String> apparmorProfile)
            implements ExecProcess {
        public Command {
            args = List.copyOf(args);
            env = List.copyOf(env);
            additionalGids = List.copyOf(additionalGids);
            capabilities = List.copyOf(capabilities);
        }

        @Override
        public Process within(Spec container) {
            var own = container
                    .process()
                    .orElseThrow(() -> new ContainerException(
                            "process: the configuration has none to take the environment of; use --process"));
            var groups = new ArrayList<>(own.user().additionalGids());
            groups.addAll(additionalGids);
            return new Process(
                    terminal,
                    terminal ? own.consoleSize() : Optional.empty(),
                    new User(
                            uid.orElse(own.user().uid()),
                            gid.orElse(own.user().gid()),
                            own.user().umask(),
                            groups),
                    args,
                    assign(own.env()),
                    cwd.orElse(own.cwd()),
                    capabilities.isEmpty() ? own.capabilities() : Optional.of(grant(own.capabilities())),
                    own.rlimits(),
                    noNewPrivileges.orElse(own.noNewPrivileges()),
                    apparmorProfile.or(own::apparmorProfile),
                    own.oomScoreAdj(),
                    selinuxLabel.or(own::selinuxLabel),
                    own.scheduler(),
                    own.ioPriority(),
                    own.execCPUAffinity());
        }

        /** The first assignment to a variable is the one that programs see, so a later one takes its place. */
        private List<String> assign(List<String> environment) {
            var result = new ArrayList<>(environment);
            for (var assignment : env) {
                var name = assignment.substring(0, assignment.indexOf('=') + 1);
                int place = -1;
                for (int i = 0; i < result.size() && place < 0; i++) {
                    place = result.get(i).startsWith(name) ? i : -1;
                }
                if (place < 0) {
                    result.add(assignment);
                } else {
                    result.set(place, assignment);
                }
            }
            return result;
        }

        /** Never inheritable, so that no file gives them back to a user who is not root (CVE-2022-29162); so ambient neither. */
        private Capabilities grant(Optional<Capabilities> own) {
            var none = List.<String>of();
            var sets = own.orElseGet(() -> new Capabilities(none, none, none, none, none));
            return new Capabilities(
                    with(sets.bounding()),
                    with(sets.effective()),
                    sets.inheritable(),
                    with(sets.permitted()),
                    ambient(sets));
        }

        private List<String> with(List<String> set) {
            var all = new ArrayList<>(set);
            for (var name : capabilities) {
                if (!all.contains(name)) {
                    all.add(name);
                }
            }
            return all;
        }

        /** One that the configuration makes inheritable anyway may be ambient, too: otherwise a user who is not root had nothing of it. */
        private List<String> ambient(Capabilities sets) {
            var all = new ArrayList<>(sets.ambient());
            for (var name : capabilities) {
                if (sets.inheritable().contains(name) && !all.contains(name)) {
                    all.add(name);
                }
            }
            return all;
        }
    }
}
