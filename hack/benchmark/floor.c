/*
 * The system calls that a container of the default kind cannot do without, and nothing else: what a create can cost at the least.
 *
 *   floor ROOTFS CGROUP_DIRECTORY PID_FILE
 *
 * Makes the cgroup, clones into it with new mount, pid, uts, ipc, cgroup and network namespaces, makes seven mounts and six device nodes,
 * changes the root, masks and write-protects nine paths, and leaves a process which waits to be killed. What it does not
 * do: read a configuration, check anything, keep state, be safe against a hostile root file system.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void need(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static void put(const char *type, const char *at, unsigned long flags, const char *options) {
    mkdir(at, 0755);
    need(mount(type, at, type, flags, options) == 0, at);
}

static void node(const char *path, unsigned minor_number, unsigned major_number) {
    need(mknod(path, S_IFCHR | 0666, makedev(major_number, minor_number)) == 0, path);
}

static void inside(const char *rootfs, const char *cgroup) {
    static const char *const masked[] = {"proc/acpi", "proc/kcore", "proc/keys", "proc/timer_list"};
    static const char *const readonly[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
    need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private");
    need(mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) == 0, rootfs);
    need(chdir(rootfs) == 0, rootfs);
    put("proc", "proc", 0, NULL);
    put("tmpfs", "dev", MS_NOSUID, "mode=755,size=65536k");
    put("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
    put("tmpfs", "dev/shm", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=65536k");
    put("mqueue", "dev/mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    put("sysfs", "sys", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
    need(mount(cgroup, "sys/fs/cgroup", NULL, MS_BIND, NULL) == 0, "sys/fs/cgroup");
    umask(0);
    node("dev/null", 3, 1);
    node("dev/zero", 5, 1);
    node("dev/full", 7, 1);
    node("dev/tty", 0, 5);
    node("dev/random", 8, 1);
    node("dev/urandom", 9, 1);
    for (unsigned i = 0; i < sizeof masked / sizeof *masked; i++) {
        struct stat s;
        if (stat(masked[i], &s) != 0)
            continue;
        if (S_ISDIR(s.st_mode))
            mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, NULL);
        else
            mount("dev/null", masked[i], NULL, MS_BIND, NULL);
    }
    for (unsigned i = 0; i < sizeof readonly / sizeof *readonly; i++)
        if (mount(readonly[i], readonly[i], NULL, MS_BIND | MS_REC, NULL) == 0)
            mount(NULL, readonly[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
    sethostname("floor", 5);
    need(syscall(SYS_pivot_root, ".", ".") == 0, "pivot_root");
    need(umount2(".", MNT_DETACH) == 0, "detach");
    need(chdir("/") == 0, "/");
}

int main(int argc, char **argv) {
    if (argc != 4)
        return 2;
    int ready[2];
    char byte;
    need(mkdir(argv[2], 0755) == 0, argv[2]);
    int cgroup = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    need(cgroup >= 0 && pipe2(ready, O_CLOEXEC) == 0, argv[2]);
    struct clone_args args = {
        .flags = CLONE_INTO_CGROUP | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP,
        .exit_signal = SIGCHLD,
        .cgroup = (unsigned)cgroup,
    };
    long pid = syscall(SYS_clone3, &args, sizeof args);
    need(pid >= 0, "clone3");
    if (pid == 0) {
        inside(argv[1], argv[2]);
        need(write(ready[1], "r", 1) == 1, "ready");
        close(ready[1]);
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        for (;;)
            pause();
    }
    close(ready[1]);
    need(read(ready[0], &byte, 1) == 1, "not ready");
    FILE *file = fopen(argv[3], "w");
    need(file != NULL && fprintf(file, "%ld", pid) > 0 && fclose(file) == 0, argv[3]);
    return 0;
}
