/* Loads device programs into the real kernel. Standard input: a 32-bit count of instructions, then the instructions.
 *
 *   probe                        loads; writes "loaded", or "errno N" and the verifier's log
 *   probe CGROUP T:MAJ:MIN:ACC.. also makes the cgroup, attaches the program, and from inside tries each access (T is c or b; ACC of r, w, m);
 *                                writes "allowed" or "denied" or "errno N" for each; removes the cgroup */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static char log_text[1 << 16];

static void read_fully(void *to, size_t length)
{
    size_t have = 0;
    while (have < length) {
        ssize_t n = read(0, (char *)to + have, length - have);
        if (n <= 0) {
            fprintf(stderr, "short input\n");
            exit(2);
        }
        have += (size_t)n;
    }
}

static int load(void)
{
    uint32_t count;
    read_fully(&count, sizeof count);
    struct bpf_insn *program = calloc(count, sizeof *program);
    read_fully(program, count * sizeof *program);
    for (int logged = 0; logged < 2; logged++) {
        union bpf_attr attr;
        memset(&attr, 0, sizeof attr);
        attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
        attr.insns = (uintptr_t)program;
        attr.insn_cnt = count;
        attr.license = (uintptr_t) "";
        if (logged) {
            attr.log_level = 1;
            attr.log_size = sizeof log_text;
            attr.log_buf = (uintptr_t)log_text;
        }
        int fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
        if (fd >= 0)
            return fd;
    }
    printf("errno %d\n%s", errno, log_text);
    return -1;
}

static const char *try(const char *directory, const char *access)
{
    static char result[32];
    char type, letters[8], path[256];
    unsigned major, minor;
    if (sscanf(access, "%c:%u:%u:%7s", &type, &major, &minor, letters) != 4)
        return "bad access";
    snprintf(path, sizeof path, "%s/node", directory);
    unlink(path);
    if (mknod(path, (type == 'c' ? S_IFCHR : S_IFBLK) | 0600, makedev(major, minor)) != 0) {
        snprintf(result, sizeof result, errno == EPERM ? "denied" : "errno %d", errno);
        return result;
    }
    int reads = strchr(letters, 'r') != NULL, writes = strchr(letters, 'w') != NULL;
    if (!reads && !writes)
        return "allowed";
    int fd = open(path, (reads && writes ? O_RDWR : writes ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0) {
        close(fd);
        return "allowed";
    }
    /* No driver: the filter has let it through. */
    if (errno == ENXIO || errno == ENODEV)
        return "allowed";
    snprintf(result, sizeof result, errno == EPERM ? "denied" : "errno %d", errno);
    return result;
}

int main(int argc, char **argv)
{
    int program = load();
    if (program < 0)
        return 0;
    printf("loaded\n");
    if (argc < 2)
        return 0;
    const char *cgroup = argv[1];
    char directory[] = "/tmp/device-probe-XXXXXX", procs[512], node[64];
    if (mkdtemp(directory) == NULL || mkdir(cgroup, 0755) != 0) {
        printf("errno %d\n", errno);
        rmdir(directory);
        return 0;
    }
    int fd = open(cgroup, O_RDONLY | O_DIRECTORY);
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.target_fd = (uint32_t)fd;
    attr.attach_bpf_fd = (uint32_t)program;
    attr.attach_type = BPF_CGROUP_DEVICE;
    attr.attach_flags = BPF_F_ALLOW_MULTI;
    if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof attr) != 0) {
        printf("attach: errno %d\n", errno);
    } else {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            snprintf(procs, sizeof procs, "%s/cgroup.procs", cgroup);
            int file = open(procs, O_WRONLY);
            if (file < 0 || write(file, "0", 1) != 1) {
                printf("join: errno %d\n", errno);
                exit(0);
            }
            for (int i = 2; i < argc; i++)
                printf("%s\n", try(directory, argv[i]));
            exit(0);
        }
        waitpid(child, NULL, 0);
    }
    snprintf(node, sizeof node, "%s/node", directory);
    unlink(node);
    rmdir(directory);
    if (rmdir(cgroup) != 0)
        printf("rmdir: errno %d\n", errno);
    return 0;
}
