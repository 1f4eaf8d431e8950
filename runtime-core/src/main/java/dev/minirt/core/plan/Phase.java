package dev.minirt.core.plan;

/**
 * The birth of a container, in order: the declaration order of these constants is the order in which things are done.
 * Each says what is true when it begins and why it stands there.
 */
public enum Phase {
    // --- create, before there is a process ---

    /** Nothing has been done. The state is recorded first, so that whatever follows can be found and removed by delete. */
    RECORD(Actor.RUNTIME),
    /** The container is known as {@code creating}. Its cgroup is made and limited before a process can be born in it. */
    CGROUP(Actor.RUNTIME),

    // --- create, in the launcher: the caller's namespaces, from a sealed copy of our binary ---

    /** A new process with all that the caller leaked to it. Foreign descriptors and signal dispositions go before anything else. */
    SANITIZE(Actor.LAUNCHER),
    /** Only stdio and preserved descriptors are open. What only the host can name is opened now: later no host path is looked up. */
    OPEN_HOST_HANDLES(Actor.LAUNCHER),
    /** Every source is a descriptor. Attributes of detached trees are complete before anything is attached. */
    PREPARE_TREES(Actor.LAUNCHER),
    /** Needs privileges over the host, which a user namespace takes away: device filter, out-of-memory adjustment. */
    HOST_PRIVILEGES(Actor.LAUNCHER),
    /** Joined namespaces come before the clone: new ones must belong to a joined user namespace, a joined pid namespace only takes effect for a child. */
    JOIN_NAMESPACES(Actor.LAUNCHER),
    /** The last act of the launcher. Init is born inside its cgroup and its new namespaces. */
    CLONE(Actor.LAUNCHER),

    // --- create, in init: new namespaces, the runtime's root still visible ---

    /** Init has no ids in a new user namespace yet. Mappings come before anything that makes or owns a file. */
    MAP_IDS(Actor.INIT),
    /** Init is root of its user namespace. Session and keyring are its own from here; it dies with the driver until it is ready. */
    DETACH_FROM_CALLER(Actor.INIT),
    /** Namespaces that are made by unshare because they depend on where init is: cgroup. Network and UTS namespaces get their content. */
    ISOLATE(Actor.INIT),
    /** The mount namespace is still a copy of the runtime's. Propagation is cut before the first mount. */
    PROPAGATION(Actor.INIT),
    /** Mounts no longer reach the host. The root file system is attached; everything below is resolved inside of it. */
    ROOTFS(Actor.INIT),
    /** The root is open. Our own procfs serves all later writes to /proc, whatever is mounted in the container. */
    PRIVATE_PROC(Actor.INIT),
    /** config.json's mounts, in the listed order. */
    MOUNTS(Actor.INIT),
    /** All mounts exist, /dev among them. Device nodes, then the links of /dev, whose targets must exist. */
    DEVICES(Actor.INIT),
    /** /dev has its nodes. */
    DEVICE_LINKS(Actor.INIT),
    /** The root may still be written: the working directory is made. */
    WORKING_DIRECTORY(Actor.INIT),
    /** Kernel parameters of the new namespaces, before paths become read-only. */
    SYSCTL(Actor.INIT),
    /** The environment is complete, the root not yet changed: init waits while the runtime runs prestart and createRuntime hooks. */
    CREATE_RUNTIME_HOOKS(Actor.INIT),
    /** Hooks of the runtime are done; createContainer hooks run in the container's namespaces, with the host's paths. */
    CREATE_CONTAINER_HOOKS(Actor.INIT),
    /** Nothing more is written to the root by us. */
    ROOT_ATTRIBUTES(Actor.INIT),
    /** The last moment at which the host's root is visible. */
    CHANGE_ROOT(Actor.INIT),

    // --- create, in init: / is the container's root ---

    /** Masked paths, then read-only paths: after every mount, so that none can uncover them. */
    MASKED_PATHS(Actor.INIT),
    /** See {@link #MASKED_PATHS}. */
    READONLY_PATHS(Actor.INIT),
    /** Attributes of the process that need root's capabilities or root's view: limits, label, stdio's owner, first try of the working directory. */
    PROCESS(Actor.INIT),
    /** The bounding set and groups first, since the identity takes away the right to change them. */
    CREDENTIALS(Actor.INIT),
    /** Init has the process's identity, with its permitted capabilities still raised. The program is looked up as its user would. */
    EXECUTABLE(Actor.INIT),
    /** All that can fail has been tried. */
    READY(Actor.INIT),
    /** Init is parked. The state becomes {@code created}; the pid file tells the caller. */
    CREATED(Actor.RUNTIME),

    // --- start ---

    /** Waits for the start command. */
    AWAIT_START(Actor.INIT),
    /** Started. Without no_new_privs, loading a filter needs CAP_SYS_ADMIN: before the capabilities go. */
    SECCOMP_PRIVILEGED(Actor.INIT),
    /** The capabilities become the process's own. */
    CAPABILITIES(Actor.INIT),
    /** startContainer hooks: in the container's namespaces, with the process's capabilities. */
    START_CONTAINER_HOOKS(Actor.INIT),
    /** With no_new_privs, the filter is the very last thing, so that it need allow nothing of ours but execve. */
    SECCOMP(Actor.INIT),
    /** The end of the program. */
    EXECUTE(Actor.INIT),
    /** The program runs. The state becomes {@code running}, then poststart hooks. */
    STARTED(Actor.RUNTIME),

    // --- delete ---

    /** The process is gone: the cgroup is removed, then the state, then poststop hooks run. */
    DELETED(Actor.RUNTIME);

    /** Who acts in a phase, as a rule; operations of the driver are interleaved with init's. */
    public enum Actor {
        RUNTIME,
        LAUNCHER,
        INIT
    }

    private final Actor actor;

    Phase(Actor actor) {
        this.actor = actor;
    }

    /** Who acts. */
    public Actor actor() {
        return actor;
    }
}
