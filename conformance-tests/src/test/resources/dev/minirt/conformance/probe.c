/*
 * A program for containers: does what no shell applet does, and prints what came of it.
 *
 *   probe syscall NR [ARG...]   the system call, arguments as numbers or "s:TEXT" for a pointer: "ret=0 errno=0"
 *   probe int80 NR [ARG...]     the same through the 32-bit entry of an x86_64 kernel
 *   probe open PATH [rw]        opens a file: "ok" or "errno=1"
 *   probe fds                   the open descriptors and what they are
 *   probe signals               the ignored and blocked signals, 1 to 64
 *   probe prctl                 securebits, dumpable, no_new_privs, parent death signal
 *   probe exec PATH             executes a file; prints "errno=N" if that fails
 *   probe manager PATH          a service manager: prints the messages that arrive at the socket, lines divided by "|"
 *   probe notify PATH LINE...   sends such a message: "ok" or "errno=2"
 *   probe filters PATH          how many device programs are attached to a cgroup's directory
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static long argument(const char *text)
{
	if (strncmp(text, "s:", 2) == 0)
		return (long)(text + 2);
	return (long)strtoul(text, NULL, 0);
}

static int system_call(int argc, char **argv)
{
	long a[7] = {0};
	for (int i = 0; i < argc && i < 7; i++)
		a[i] = argument(argv[i]);
	errno = 0;
	long ret = syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
	printf("ret=%ld errno=%d\n", ret, errno);
	return 0;
}

static int int80(int argc, char **argv)
{
#ifdef __x86_64__
	long a[4] = {0};
	for (int i = 0; i < argc && i < 4; i++)
		a[i] = argument(argv[i]);
	int ret;
	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(a[0]), "b"(a[1]), "c"(a[2]), "d"(a[3])
			 : "memory", "r8", "r9", "r10", "r11");
	printf("ret=%d\n", ret);
	return 0;
#else
	(void)argc, (void)argv;
	puts("unsupported");
	return 0;
#endif
}

static int open_file(int argc, char **argv)
{
	int fd = open(argv[0], argc > 1 ? O_RDWR : O_RDONLY);
	if (fd < 0)
		printf("errno=%d\n", errno);
	else
		puts("ok");
	return 0;
}

static int descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	if (directory == NULL)
		return 1;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		char target[4096];
		ssize_t length;
		if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(directory))
			continue;
		length = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);
		printf("%s %.*s\n", entry->d_name, (int)(length < 0 ? 0 : length), target);
	}
	return 0;
}

static int signals(void)
{
	unsigned long blocked = 0;
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, sizeof(blocked));
	printf("blocked=%lx ignored=", blocked);
	for (int number = 1; number <= 64; number++) {
		struct {
			void *handler;
			unsigned long rest[8];
		} action = {0};
		if (syscall(SYS_rt_sigaction, number, NULL, &action, sizeof(blocked)) == 0 && action.handler == (void *)SIG_IGN)
			printf("%d,", number);
	}
	putchar('\n');
	return 0;
}

static int prctls(void)
{
	int death = 0;
	prctl(PR_GET_PDEATHSIG, &death);
	printf("securebits=%d dumpable=%d no_new_privs=%d pdeathsig=%d\n", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0),
	       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), death);
	return 0;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	return address;
}

static int manager(const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char message[4096];
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return 1;
	puts("listening");
	for (;;) {
		fflush(stdout);
		/* Descriptors that come along are closed by the kernel: that is what a barrier waits for. */
		ssize_t length = recv(fd, message, sizeof(message) - 1, 0);
		if (length < 0)
			return 1;
		for (ssize_t i = 0; i < length; i++)
			putchar(message[i] == '\n' ? '|' : message[i]);
		putchar('\n');
	}
}

static int notify(const char *path, char **lines)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char message[4096] = "";
	for (; *lines; lines++) {
		strncat(message, *lines, sizeof(message) - strlen(message) - 2);
		strcat(message, "\n");
	}
	if (sendto(fd, message, strlen(message), 0, (struct sockaddr *)&address, sizeof(address)) < 0)
		printf("errno=%d\n", errno);
	else
		puts("ok");
	return 0;
}

/* BPF_PROG_QUERY; the attribute is at least as long as any kernel's. */
static int filters(const char *path)
{
	union {
		struct {
			unsigned int target, type, flags, attach_flags;
			unsigned long ids;
			unsigned int count;
		} query;
		unsigned char whole[512];
	} attribute = {.whole = {0}};
	unsigned int ids[64];
	attribute.query.target = (unsigned int)open(path, O_RDONLY | O_DIRECTORY);
	attribute.query.type = 6;
	attribute.query.ids = (unsigned long)ids;
	attribute.query.count = 64;
	if (syscall(SYS_bpf, 16, &attribute, sizeof(attribute)) < 0)
		printf("errno=%d\n", errno);
	else
		printf("%u\n", attribute.query.count);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	if (strcmp(verb, "syscall") == 0 && argc > 2)
		return system_call(argc - 2, argv + 2);
	if (strcmp(verb, "int80") == 0 && argc > 2)
		return int80(argc - 2, argv + 2);
	if (strcmp(verb, "open") == 0 && argc > 2)
		return open_file(argc - 2, argv + 2);
	if (strcmp(verb, "filters") == 0 && argc > 2)
		return filters(argv[2]);
	if (strcmp(verb, "fds") == 0)
		return descriptors();
	if (strcmp(verb, "signals") == 0)
		return signals();
	if (strcmp(verb, "prctl") == 0)
		return prctls();
	if (strcmp(verb, "manager") == 0 && argc > 2)
		return manager(argv[2]);
	if (strcmp(verb, "notify") == 0 && argc > 2)
		return notify(argv[2], argv + 3);
	if (strcmp(verb, "exec") == 0 && argc > 2) {
		execv(argv[2], argv + 2);
		printf("errno=%d\n", errno);
		return 0;
	}
	fprintf(stderr, "probe: what?\n");
	return 2;
}
