package dev.minirt.core.plan;

/**
 * The birth of a container, in order: the declaration order of these constants is the order in which things are done.
 * Each explains what is true when it begins and why it stands there; {@code docs/phases.md} is made of these texts.
 */
public enum Phase {
    // --- create, before there is a process ---

    RECORD(
            Actor.RUNTIME,
            "Nothing has been done. The state is recorded first, so that whatever follows can be found and "
                    + "removed by delete."),
    CGROUP(
            Actor.RUNTIME,
            "The container is known as creating. Its cgroup is made and limited before a process can be born "
                    + "in it."),

    // --- create, in the launcher: the caller's namespaces, from a sealed copy of our binary ---

    SANITIZE(
            Actor.LAUNCHER,
            "A new process with all that the caller leaked to it. Foreign descriptors and signal dispositions "
                    + "go before anything else."),
    OPEN_HOST_HANDLES(
            Actor.LAUNCHER,
            "Only stdio and preserved descriptors are open. What only the host can name is opened now: later "
                    + "no host path is looked up."),
    PREPARE_TREES(
            Actor.LAUNCHER,
            "Every source is a descriptor. Attributes of detached trees are complete before anything is "
                    + "attached."),
    HOST_PRIVILEGES(
            Actor.LAUNCHER,
            "Needs privileges over the host, which a user namespace takes away: device filter, out-of-memory "
                    + "adjustment."),
    JOIN_NAMESPACES(
            Actor.LAUNCHER,
            "Joined namespaces come before the clone: new ones must belong to a joined user namespace, a "
                    + "joined pid namespace only takes effect for a child."),
    CLONE(Actor.LAUNCHER, "The last act of the launcher. Init is born inside its cgroup and its new namespaces."),

    // --- create, in init: new namespaces, the runtime's root still visible ---

    MAP_IDS(
            Actor.INIT,
            "Init has no ids in a new user namespace yet. Mappings come before anything that makes or owns a "
                    + "file."),
    DETACH_FROM_CALLER(
            Actor.INIT,
            "Init has every capability in its user namespace, but still the caller's user id. Its session is its own from "
                    + "here; it dies with the driver until it is ready."),
    ISOLATE(
            Actor.INIT,
            "Namespaces that are made by unshare because they depend on where init is: cgroup. Network and "
                    + "UTS namespaces get their content."),
    PROPAGATION(
            Actor.INIT,
            "The mount namespace is still a copy of the runtime's. Propagation is cut before the first mount."),
    ROOTFS(
            Actor.INIT,
            "Mounts no longer reach the host. The root file system is attached; everything below is resolved "
                    + "inside of it."),
    NAMESPACE_ROOT(
            Actor.INIT,
            "The last path of the host has been walked, which the mapped root might not be allowed to. Init becomes root of "
                    + "its user namespace before it makes a file or a keyring."),
    PRIVATE_PROC(
            Actor.INIT,
            "The root is open. Our own procfs serves all later writes to /proc, whatever is mounted in the "
                    + "container."),
    MOUNTS(Actor.INIT, "config.json's mounts, in the listed order."),
    DEVICES(
            Actor.INIT,
            "All mounts exist, /dev among them. Device nodes, then the links of /dev, whose targets must " + "exist."),
    DEVICE_LINKS(Actor.INIT, "/dev has its nodes."),
    TERMINAL(
            Actor.INIT,
            "The container's own devpts is mounted: its terminal is opened there, and /dev/console made. What the hooks and "
                    + "the process write goes to it from here."),
    WORKING_DIRECTORY(Actor.INIT, "The root may still be written: the working directory is made."),
    SYSCTL(Actor.INIT, "Kernel parameters of the new namespaces, before paths become read-only."),
    CREATE_RUNTIME_HOOKS(
            Actor.INIT,
            "The environment is complete, the root not yet changed: init waits while the runtime runs "
                    + "prestart and createRuntime hooks."),
    CREATE_CONTAINER_HOOKS(
            Actor.INIT,
            "Hooks of the runtime are done; createContainer hooks run in the container's namespaces, with the "
                    + "host's paths."),
    ROOT_ATTRIBUTES(Actor.INIT, "Nothing more is written to the root by us."),
    CHANGE_ROOT(Actor.INIT, "The last moment at which the host's root is visible."),

    // --- create, in init: / is the container's root ---

    MASKED_PATHS(Actor.INIT, "Masked paths, then read-only paths: after every mount, so that none can uncover them."),
    READONLY_PATHS(Actor.INIT, "Paths are masked. A read-only copy of a path hides nothing that is masked below it."),
    ROOT_PROPAGATION(
            Actor.INIT,
            "Every path is covered. Only now may the root become shared, which pivot_root refuses, or unbindable, "
                    + "which a read-only path inside of it could not be made from."),
    PROCESS(
            Actor.INIT,
            "Attributes of the process that need root's capabilities or root's view: limits, label, stdio's "
                    + "owner, first try of the working directory."),
    CREDENTIALS(
            Actor.INIT, "The bounding set and groups first, since the identity takes away the right to change them."),
    EXECUTABLE(
            Actor.INIT,
            "Init has the process's identity, with its permitted capabilities still raised. The program is "
                    + "looked up as its user would."),
    READY(Actor.INIT, "All that can fail has been tried."),
    CREATED(Actor.RUNTIME, "Init is parked. The state becomes created; the pid file tells the caller."),

    // --- start ---

    AWAIT_START(Actor.INIT, "Waits for the start command."),
    SECCOMP_PRIVILEGED(
            Actor.INIT,
            "Started. Without no_new_privs, loading a filter needs CAP_SYS_ADMIN: before the capabilities go."),
    CAPABILITIES(Actor.INIT, "The capabilities become the process's own."),
    START_CONTAINER_HOOKS(
            Actor.INIT, "startContainer hooks: in the container's namespaces, with the process's capabilities."),
    SECCOMP(
            Actor.INIT,
            "With no_new_privs, the filter is the very last thing, so that it need allow nothing of ours but "
                    + "execve."),
    EXECUTE(Actor.INIT, "The end of the program."),
    STARTED(
            Actor.RUNTIME,
            "The program runs. The state becomes running, then poststart hooks; of an exec, the pid file tells the caller."),

    // --- delete ---

    DELETED(Actor.RUNTIME, "The process is gone: the cgroup is removed, then the state, then poststop hooks run.");

    /** Who acts in a phase, as a rule; operations of the driver are interleaved with init's. */
    public enum Actor {
        RUNTIME,
        LAUNCHER,
        INIT
    }

    private final Actor actor;
    private final String explanation;

    Phase(Actor actor, String explanation) {
        this.actor = actor;
        this.explanation = explanation;
    }

    /** Who acts. */
    public Actor actor() {
        return actor;
    }

    /** What is true when the phase begins, and why it stands where it stands. */
    public String explanation() {
        return explanation;
    }
}
