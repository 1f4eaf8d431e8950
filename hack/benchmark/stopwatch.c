/*
 * Times commands, told by another program which is too heavy to do it itself.
 *
 * One request a line on stdin, one answer a line on stdout; the words of a request are separated by tabs.
 *
 *   run WORD...            the command, from before its start until it has been reaped
 *   parallel N             the commands of the next N lines (each "run ..."), all started before the first is awaited
 *   reap PID               waits until that process, orphaned by an earlier command, has ended
 *
 * Answers: "NANOSECONDS USER_MICROSECONDS SYSTEM_MICROSECONDS FAILED" (wall time; processor time of the commands and of what they waited
 * for; how many did not exit with 0), or "done".
 *
 * Commands have /dev/null for stdin, and for stdout and stderr the file given as the only argument, truncated before each
 * request. Their orphans come to this process, as they come to an engine's monitor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 64, COMMANDS = 4096 };

static int output;
extern char **environ;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* An entry NAME=VALUE before the command is for its environment. */
static pid_t start(char **words) {
    char *environment[WORDS + 256];
    int n = 0;
    for (char **e = environ; *e != NULL && n < 250; e++)
        environment[n++] = *e;
    while (words[0] != NULL && strchr(words[0], '=') != NULL)
        environment[n++] = *words++;
    environment[n] = NULL;
    posix_spawn_file_actions_t actions;
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, output, 2);
    int failed = posix_spawn(&pid, words[0], &actions, NULL, words, environment);
    posix_spawn_file_actions_destroy(&actions);
    return failed ? -1 : pid;
}

static void split(char *line, char **words) {
    int n = 0;
    line[strcspn(line, "\n")] = 0;
    for (char *word = strtok(line, "\t"); word != NULL && n < WORDS - 1; word = strtok(NULL, "\t"))
        words[n++] = word;
    words[n] = NULL;
}

static int64_t micros(struct timeval t) {
    return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

struct sum {
    int64_t user, system;
    int failed;
};

static void await(pid_t pid, struct sum *sum) {
    int status = 1;
    struct rusage usage;
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
        sum->failed++;
        return;
    }
    sum->user += micros(usage.ru_utime);
    sum->system += micros(usage.ru_stime);
    sum->failed += status != 0;
}

int main(int argc, char **argv) {
    static char *lines[COMMANDS];
    static char *words[COMMANDS][WORDS];
    static pid_t pids[COMMANDS];
    if (argc != 2)
        return 2;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    output = open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    /* The requests move away from descriptor 0, which the commands get. */
    FILE *requests = fdopen(fcntl(0, F_DUPFD_CLOEXEC, 10), "r");
    FILE *answers = fdopen(fcntl(1, F_DUPFD_CLOEXEC, 10), "w");
    if (output < 0 || null < 0 || requests == NULL || answers == NULL)
        return 2;
    dup2(null, 0);
    size_t sizes[COMMANDS] = {0};
    while (getline(&lines[0], &sizes[0], requests) > 0) {
        int count = 1;
        split(lines[0], words[0]);
        if (words[0][0] == NULL)
            return 2;
        if (strcmp(words[0][0], "reap") == 0) {
            pid_t pid = (pid_t)atoi(words[0][1]);
            while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                continue;
            while (waitpid(-1, NULL, WNOHANG) > 0)
                continue;
            fprintf(answers, "done\n");
            fflush(answers);
            continue;
        }
        if (strcmp(words[0][0], "parallel") == 0) {
            count = atoi(words[0][1]);
            if (count < 1 || count > COMMANDS)
                return 2;
            for (int i = 0; i < count; i++) {
                if (getline(&lines[i], &sizes[i], requests) <= 0)
                    return 2;
                split(lines[i], words[i]);
            }
        }
        if (ftruncate(output, 0) != 0)
            return 2;
        struct sum sum = {0, 0, 0};
        int64_t from = now();
        for (int i = 0; i < count; i++)
            pids[i] = start(words[i] + 1);
        for (int i = 0; i < count; i++)
            await(pids[i], &sum);
        int64_t to = now();
        fprintf(answers, "%lld %lld %lld %d\n", (long long)(to - from), (long long)sum.user, (long long)sum.system, sum.failed);
        fflush(answers);
    }
    return 0;
}
