package dev.minirt.core.error;

import dev.minirt.core.error.FailureExplainer.FailedStep;
import dev.minirt.core.op.AttachConsole;
import dev.minirt.core.op.AttachDeviceFilter;
import dev.minirt.core.op.AttachRootfsApart;
import dev.minirt.core.op.AttachTree;
import dev.minirt.core.op.ChangeDirectory;
import dev.minirt.core.op.CloneInit;
import dev.minirt.core.op.CloneTree;
import dev.minirt.core.op.ConnectSocket;
import dev.minirt.core.op.CreateTimeNamespace;
import dev.minirt.core.op.Execute;
import dev.minirt.core.op.FindExecutable;
import dev.minirt.core.op.HoldFile;
import dev.minirt.core.op.JoinNamespaces;
import dev.minirt.core.op.JoinProcess;
import dev.minirt.core.op.LimitInitResource;
import dev.minirt.core.op.ListenForStart;
import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.op.MakeDevice;
import dev.minirt.core.op.MakeDirectory;
import dev.minirt.core.op.MountFilesystem;
import dev.minirt.core.op.OpenCgroup;
import dev.minirt.core.op.OpenCgroupNamespace;
import dev.minirt.core.op.OpenProc;
import dev.minirt.core.op.OpenProcess;
import dev.minirt.core.op.OpenProcessRoot;
import dev.minirt.core.op.OpenTerminal;
import dev.minirt.core.op.PivotRoot;
import dev.minirt.core.op.ProbeSeccomp;
import dev.minirt.core.op.SetCpuAffinity;
import dev.minirt.core.op.SetExecLabel;
import dev.minirt.core.op.SetGroups;
import dev.minirt.core.op.SetHostname;
import dev.minirt.core.op.SetIdentity;
import dev.minirt.core.op.SetIoPriority;
import dev.minirt.core.op.SetOomScoreAdjustment;
import dev.minirt.core.op.SetResourceLimit;
import dev.minirt.core.op.SetScheduler;
import dev.minirt.core.op.SetTreeAttributes;
import dev.minirt.core.op.WriteIdMappings;
import dev.minirt.core.op.WriteSysctl;
import java.util.List;
import java.util.Optional;

/** Remedies for failures that people meet: a table, the first entry that fits wins. */
final class Hints {
    /**
     * An entry.
     *
     * @param step the step that fails, which names the operation too
     * @param errno with what
     * @param about what the detail must contain; empty for anything
     * @param remedy what may help
     */
    record Hint(Enum<?> step, Errno errno, String about, String remedy) {
        boolean fits(FailedStep failed) {
            return failed.is(step)
                    && failed.code() == errno.number()
                    && failed.detail().contains(about);
        }
    }

    private static final String DESCRIPTORS = "RLIMIT_NOFILE (ulimit -n) is too low for this configuration";

    private static final String ENDED = "cannot exec in a stopped container: it has just ended";

    private static final String HARD_LIMIT =
            "raising a hard limit needs CAP_SYS_RESOURCE, and no RLIMIT_NOFILE exceeds /proc/sys/fs/nr_open";

    private static final String NO_DEVPTS =
            "a terminal needs a mount of type devpts at /dev/pts, with the option newinstance";

    private static final String NO_DESTINATION =
            "the destination is missing in a read-only file system: the image must have it";

    private static final String LINKS =
            "the path leads through links without end, or through a link of procfs, which may lead out of the container";

    private static final String REAL_DIRECTORY =
            "proc and sysfs are not mounted where a symbolic link leads: the image must have a real directory there";

    private static final String PLACE =
            "a mount namespace can be joined if it sees the runtime's --root directory as the runtime does: it must have been made from the runtime's, and without a new root";

    /** All of them. */
    static final List<Hint> TABLE = List.of(
            hint(
                    CloneInit.Step.CLONE,
                    Errno.EPERM,
                    "new namespaces need CAP_SYS_ADMIN; if this is about user namespaces, see /proc/sys/user/max_user_namespaces"),
            hint(
                    CloneInit.Step.CLONE,
                    Errno.ENOSPC,
                    "a limit on the number or depth of namespaces is reached: see /proc/sys/user/max_*_namespaces"),
            hint(
                    CloneInit.Step.CLONE,
                    Errno.EAGAIN,
                    "a limit on processes is reached: pids.max of the cgroup or one above, or RLIMIT_NPROC"),
            hint(
                    CloneInit.Step.CLONE,
                    Errno.EBUSY,
                    "a cgroup that distributes resources to others may hold no process: linux.cgroupsPath must name a leaf"),
            hint(
                    CloneInit.Step.CLONE,
                    Errno.EOPNOTSUPP,
                    "the cgroup lies in a threaded subtree: linux.cgroupsPath must lead elsewhere"),
            hint(CloneInit.Step.CLONE, Errno.ENODEV, "the cgroup has been removed meanwhile"),
            hint(OpenCgroup.Step.OPEN, Errno.ENOENT, "the cgroup has been removed meanwhile"),
            hint(
                    CloneInit.Step.CLONE,
                    Errno.ENOMEM,
                    "a pid namespace takes no process once its first one has ended, as in a container that has just stopped; else memory is short"),
            hint(OpenProcess.Step.OPEN, Errno.ESRCH, ENDED),
            hint(OpenProcessRoot.Step.OPEN, Errno.ESRCH, ENDED),
            hint(OpenCgroupNamespace.Step.OPEN, Errno.ESRCH, ENDED),
            hint(JoinProcess.Step.COMPARE, Errno.ESRCH, ENDED),
            hint(JoinProcess.Step.JOIN, Errno.ESRCH, ENDED),
            hint(
                    JoinProcess.Step.JOIN,
                    Errno.EPERM,
                    "joining needs CAP_SYS_ADMIN in the user namespaces that own the container's namespaces"),
            hint(
                    JoinProcess.Step.ISOLATED,
                    Errno.EPERM,
                    "the container was given a mount namespace of its own, and its init has left it for ours"),
            hint(
                    SetCpuAffinity.Step.SET,
                    Errno.EINVAL,
                    "none of these CPUs is one of the machine's, or of the container's cgroup"),
            hint(
                    SetScheduler.Step.SET,
                    Errno.EPERM,
                    "the policy needs CAP_SYS_NICE over the host; SCHED_DEADLINE also that the cgroup leaves the process all CPUs"),
            hint(
                    SetScheduler.Step.SET,
                    Errno.EINVAL,
                    "the kernel does not take these values together, or lacks the policy (SCHED_ISO) or a flag"),
            hint(SetScheduler.Step.SET, Errno.EBUSY, "SCHED_DEADLINE: the CPUs have not that much time left"),
            hint(SetIoPriority.Step.SET, Errno.EPERM, "IOPRIO_CLASS_RT needs CAP_SYS_NICE over the host"),
            hint(SetResourceLimit.Step.SET, Errno.EPERM, HARD_LIMIT),
            hint(LimitInitResource.Step.SET, Errno.EPERM, HARD_LIMIT),
            hint(
                    SetOomScoreAdjustment.Step.WRITE,
                    Errno.EACCES,
                    "a value below the caller's own lower bound needs CAP_SYS_RESOURCE"),
            hint(
                    WriteSysctl.Step.OPEN,
                    Errno.ENOENT,
                    "this kernel, or this kind of namespace, does not have the parameter; perhaps a module is not loaded"),
            hint(WriteSysctl.Step.WRITE, Errno.EINVAL, "the kernel does not take this value for the parameter"),
            hint(OpenTerminal.Step.RESOLVE, Errno.ENOENT, NO_DEVPTS),
            hint(OpenTerminal.Step.VERIFY, Errno.ENODEV, NO_DEVPTS),
            hint(OpenTerminal.Step.OPEN, Errno.EACCES, "the devpts needs the option ptmxmode=0666"),
            hint(OpenTerminal.Step.OPEN, Errno.ENOSPC, "a limit is reached: see /proc/sys/kernel/pty"),
            hint(
                    OpenTerminal.Step.OPEN,
                    Errno.EXDEV,
                    "something is mounted on the ptmx of the devpts, which could lead elsewhere"),
            hint(
                    AttachConsole.Step.MAKE,
                    Errno.EROFS,
                    "the root is read-only and has no /dev/console: the image must have it, or mounts a tmpfs at /dev"),
            hint(ConnectSocket.Step.CONNECT, Errno.ECONNREFUSED, "nobody listens at it"),
            hint(SetExecLabel.Step.OPEN, Errno.ENOENT, "no such security module is active in this kernel"),
            hint(SetExecLabel.Step.WRITE, Errno.ENOENT, "the profile is not loaded"),
            hint(
                    SetExecLabel.Step.WRITE,
                    Errno.EINVAL,
                    "the security module does not know this label, or the kernel has no such module: see /sys/kernel/security/lsm"),
            hint(MountFilesystem.Step.CREATE_TARGET, Errno.EROFS, NO_DESTINATION),
            hint(AttachTree.Step.CREATE_TARGET, Errno.EROFS, NO_DESTINATION),
            hint(
                    MountFilesystem.Step.OPTION,
                    Errno.EINVAL,
                    "id=",
                    "in a user namespace, ids in options must be mapped by linux.uidMappings and linux.gidMappings"),
            hint(AttachRootfsApart.Step.OPEN, Errno.ENOENT, PLACE),
            hint(AttachRootfsApart.Step.OPEN, Errno.EACCES, PLACE),
            hint(AttachRootfsApart.Step.VERIFY, Errno.EXDEV, PLACE),
            hint(
                    AttachRootfsApart.Step.ISOLATE,
                    Errno.EPERM,
                    "the mount namespace must belong to the user namespace of the container: linux.namespaces must join that one too"),
            hint(MakeDirectory.Step.MAKE, Errno.ELOOP, LINKS),
            hint(AttachTree.Step.RESOLVE, Errno.ELOOP, LINKS),
            hint(
                    MountFilesystem.Step.CREATE,
                    Errno.EPERM,
                    "proc",
                    "in a user namespace it needs a new pid namespace, and a /proc of the runtime without covered parts"),
            hint(
                    MountFilesystem.Step.CREATE,
                    Errno.EPERM,
                    "sysfs",
                    "in a user namespace it needs a new network namespace, and a /sys of the runtime without covered parts"),
            hint(
                    MountFilesystem.Step.CREATE,
                    Errno.EPERM,
                    "mqueue",
                    "in a user namespace it needs a new ipc namespace"),
            hint(
                    MountFilesystem.Step.CREATE,
                    Errno.EPERM,
                    "most file systems are for the host's root only, not for the root of a user namespace"),
            hint(
                    MountFilesystem.Step.CREATE,
                    Errno.EINVAL,
                    "in a user namespace every uid= and gid= must be mapped by linux.uidMappings and linux.gidMappings"),
            hint(AttachTree.Step.FILE_ON_DIRECTORY, Errno.EISDIR, "a file can be bound to a file only"),
            hint(AttachTree.Step.DIRECTORY_ON_FILE, Errno.ENOTDIR, "a directory can be bound to a directory only"),
            hint(
                    CloneTree.Step.OPEN,
                    Errno.EINVAL,
                    "the source lies in an unbindable mount, or in another mount namespace"),
            hint(
                    CloneTree.Step.OPEN,
                    Errno.EPERM,
                    "the caller must be root, or root of a user namespace that has a mount namespace of its own"),
            hint(
                    SetTreeAttributes.Step.ATTRIBUTES,
                    Errno.EINVAL,
                    "this kernel may not know one of the attributes: nosymfollow needs Linux 5.14"),
            hint(
                    SetTreeAttributes.Step.ATTRIBUTES,
                    Errno.EPERM,
                    "the source has attributes that were locked for this user namespace"),
            hint(
                    AttachDeviceFilter.Step.LOAD,
                    Errno.EPERM,
                    "a device filter needs CAP_BPF or CAP_SYS_ADMIN over the host"),
            hint(AttachDeviceFilter.Step.ATTACH, Errno.EPERM, "a cgroup above has a filter that allows no other"),
            hint(ProbeSeccomp.Step.PROBE, Errno.EINVAL, "this kernel does not know one of linux.seccomp.flags"),
            hint(LoadSeccomp.Step.LOAD, Errno.EACCES, "without process.noNewPrivileges a filter needs CAP_SYS_ADMIN"),
            hint(
                    PivotRoot.Step.PIVOT,
                    Errno.EINVAL,
                    "if the runtime itself runs in an initramfs, pivot_root is impossible: use --no-pivot"),
            hint(SetIdentity.Step.UID, Errno.EINVAL, "process.user.uid is not mapped in the user namespace"),
            hint(SetIdentity.Step.GID, Errno.EINVAL, "process.user.gid is not mapped in the user namespace"),
            hint(SetGroups.Step.SET, Errno.EINVAL, "a group is not mapped in the user namespace"),
            hint(SetGroups.Step.SET, Errno.EPERM, "the user namespace denies setgroups, see user_namespaces(7)"),
            hint(SetHostname.Step.SET, Errno.EPERM, "the uts namespace belongs to another user namespace"),
            hint(HoldFile.Step.LOCK, Errno.EAGAIN, "another container process holds the lock of this state directory"),
            hint(
                    ListenForStart.Step.BIND,
                    Errno.ENAMETOOLONG,
                    "the state directory's path is too long: use a shorter --root"),
            hint(ListenForStart.Step.BIND, Errno.ENOSPC, "the file system of the state directory is full"),
            hint(HoldFile.Step.OPEN, Errno.ENOSPC, "the file system of the state directory is full"),
            hint(ListenForStart.Step.BIND, Errno.EADDRINUSE, "the state directory is in use by another container"),
            hint(JoinNamespaces.Step.USER, Errno.EINVAL, "the runtime is in this user namespace already: leave it out"),
            hint(
                    JoinNamespaces.Step.JOIN,
                    Errno.EPERM,
                    "joining needs CAP_SYS_ADMIN in the user namespace that owns the namespace"),
            hint(
                    CreateTimeNamespace.Step.OFFSETS,
                    Errno.ERANGE,
                    "an offset would make a clock negative or take it beyond 146 years"),
            hint(
                    WriteIdMappings.Step.UIDS,
                    Errno.EPERM,
                    "the caller may only map ids that it has itself, or needs CAP_SETUID over the host"),
            hint(
                    WriteIdMappings.Step.GIDS,
                    Errno.EPERM,
                    "the caller may only map ids that it has itself, or needs CAP_SETGID over the host"),
            hint(
                    WriteIdMappings.Step.UIDS,
                    Errno.EINVAL,
                    "the kernel takes at most 340 ranges, which must not overlap"),
            hint(
                    WriteIdMappings.Step.GIDS,
                    Errno.EINVAL,
                    "the kernel takes at most 340 ranges, which must not overlap"),
            hint(
                    Execute.Step.EXECUTE,
                    Errno.ENOENT,
                    "the program is there, but not its interpreter: see its #! line or its dynamic loader"),
            hint(
                    Execute.Step.EXECUTE,
                    Errno.ENOEXEC,
                    "the program is for another architecture, or a script without a #! line"),
            hint(Execute.Step.EXECUTE, Errno.E2BIG, "process.args and process.env are too large together"),
            hint(
                    FindExecutable.Step.ACCESS,
                    Errno.EACCES,
                    "process.user may not execute it: see its mode, the directories above it, and the mount option noexec"),
            hint(
                    ChangeDirectory.Step.CHANGE,
                    Errno.EACCES,
                    "process.user may not search the directory or one above it"),
            hint(
                    MakeDevice.Step.MAKE,
                    Errno.EPERM,
                    "device nodes need CAP_MKNOD, and a cgroup above may forbid the device"),
            hint(
                    OpenProc.Step.OPEN,
                    Errno.EPERM,
                    "parts of the runtime's own /proc are covered, so the kernel allows no other"));

    private Hints() {}

    private static Hint hint(Enum<?> step, Errno errno, String remedy) {
        return new Hint(step, errno, "", remedy);
    }

    private static Hint hint(Enum<?> step, Errno errno, String about, String remedy) {
        return new Hint(step, errno, about, remedy);
    }

    /** The remedy for a failure, if one is known. */
    static Optional<String> of(FailedStep failed) {
        if (!Sentences.isErrno(failed)) {
            return Optional.empty();
        }
        if (failed.op() instanceof MountFilesystem mount
                && failed.is(MountFilesystem.Step.RESOLVE)
                && failed.code() == Errno.ELOOP.number()) {
            return Optional.of(mount.type().equals("proc") || mount.type().equals("sysfs") ? REAL_DIRECTORY : LINKS);
        }
        for (var hint : TABLE) {
            if (hint.fits(failed)) {
                return Optional.of(hint.remedy());
            }
        }
        return failed.code() == Errno.EMFILE.number() ? Optional.of(DESCRIPTORS) : Optional.empty();
    }

    /** The remedy for a launcher that could not be started. */
    static Optional<String> ofStart(Errno errno) {
        return switch (errno) {
            case EMFILE -> Optional.of(DESCRIPTORS);
            case EINVAL ->
                Optional.of("RLIMIT_NOFILE (ulimit -n) must exceed --preserve-fds by what minirt needs itself");
            case EFBIG -> Optional.of("RLIMIT_FSIZE (ulimit -f) is too low: it counts for files in memory, too");
            case EAGAIN ->
                Optional.of("a limit on processes is reached: pids.max of the cgroup or one above, or RLIMIT_NPROC");
            default -> Optional.empty();
        };
    }
}
