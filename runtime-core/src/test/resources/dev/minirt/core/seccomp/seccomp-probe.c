/* Issues system calls under a filter of the real kernel, each in a child of its own.
 *
 * Standard input, native byte order: 32-bit flags of seccomp(2); 32-bit count of instructions, 0 for no filter; the instructions; 32-bit count of calls; each call a 64-bit number
 * and six 64-bit arguments. Number with bit 62: through int 0x80 (x86_64 only).
 * Writes a line for each call: "returned N", "returned parent" for the number of this process, "errno N", "signal N"; or "load N" if the filter cannot be loaded. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPAT (1ULL << 62)

struct result {
    volatile int loaded, returned;
    volatile long value;
};

static void read_fully(void *to, size_t length)
{
    size_t have = 0;
    while (have < length) {
        ssize_t n = read(0, (char *)to + have, length - have);
        if (n <= 0)
            exit(2);
        have += (size_t)n;
    }
}

/* Not syscall(3), which would take apart what the kernel returns only after the fact. */
static long issue(uint64_t number, const uint64_t *a)
{
#ifdef __x86_64__
    if (number & COMPAT) {
        int32_t value;
        register uint64_t six __asm__("r12") = a[5];
        /* The sixth argument is in ebp, which the compiler may be using, as it may the 128 bytes below the stack pointer. */
        __asm__ volatile("lea -128(%%rsp), %%rsp; push %%rbp; mov %[six], %%rbp; int $0x80; pop %%rbp; lea 128(%%rsp), %%rsp"
                         : "=a"(value)
                         : "a"((uint32_t)number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), [six] "r"(six)
                         : "memory", "r8", "r9", "r10", "r11");
        return value;
    }
    long value;
    register uint64_t r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall"
                     : "=a"(value)
                     : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return value;
#else
    long value = syscall((long)number, a[0], a[1], a[2], a[3], a[4], a[5]);
    return value == -1 ? -errno : value;
#endif
}

static void child(struct result *result, uint32_t flags, struct sock_fprog *program, uint64_t number, const uint64_t *args)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    if (program->len > 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program) != 0) {
            result->loaded = -errno;
            _exit(0);
        }
    }
    result->loaded = 1;
    result->value = issue(number, args);
    result->returned = 1;
    /* The filter may forbid exit. */
    for (;;)
        *(volatile int *)0 = 0;
}

int main(void)
{
    uint32_t flags, count, calls;
    read_fully(&flags, sizeof flags);
    read_fully(&count, sizeof count);
    struct sock_filter *filter = calloc(count + 1, sizeof *filter);
    read_fully(filter, count * sizeof *filter);
    struct sock_fprog program = {(unsigned short)count, filter};
    struct result *result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    read_fully(&calls, sizeof calls);
    for (uint32_t i = 0; i < calls; i++) {
        uint64_t call[7];
        read_fully(call, sizeof call);
        result->loaded = result->returned = 0;
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0)
            child(result, flags, &program, call[0], call + 1);
        int status;
        waitpid(pid, &status, 0);
        if (result->loaded < 0)
            printf("load %d\n", -result->loaded);
        else if (result->returned && result->value == getpid())
            printf("returned parent\n");
        else if (result->returned)
            printf(result->value < 0 && result->value > -4096 ? "errno %ld\n" : "returned %ld\n",
                   result->value < 0 && result->value > -4096 ? -result->value : result->value);
        else if (WIFSIGNALED(status))
            printf("signal %d\n", WTERMSIG(status));
        else
            printf("status %d\n", status);
    }
    return 0;
}
