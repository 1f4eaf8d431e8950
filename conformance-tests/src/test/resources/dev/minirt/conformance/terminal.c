/*
 * A terminal for the tests. Requests come as lines on standard input, what happens is told as lines on standard output.
 *
 *   terminal run ROWS COLUMNS COMMAND...   runs the command at a new pseudoterminal, as the leader of its session
 *   terminal listen PATH                   waits at a socket for a pseudoterminal, as an engine does
 *
 *   write HEX     types these bytes            size ROWS COLUMNS   changes the window's size
 *   hangup        closes the terminal          modes               asks for the terminal's modes
 *
 *   out HEX, received MESSAGE, modes NUMBERS, size ROWS COLUMNS, exit STATUS (128 and more: by a signal), silent
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master = -1;

static void fail(const char *what)
{
	perror(what);
	exit(99);
}

static void set_size(int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	if (ioctl(master, TIOCSWINSZ, &size) < 0)
		fail("TIOCSWINSZ");
}

static pid_t run(int rows, int columns, char **command)
{
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		fail("posix_openpt");
	set_size(rows, columns);
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t child = fork();
	if (child == 0) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		for (int fd = 0; fd <= 2; fd++)
			dup2(slave, fd);
		execvp(command[0], command);
		fail(command[0]);
	}
	/* Kept open, so that its modes can be asked for after the command has ended. */
	return child;
}

static void receive(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 8) < 0)
		fail(path);
	printf("listening\n");
	fflush(stdout);
	int connection = accept(listener, NULL, NULL);
	char name[4096] = "", room[CMSG_SPACE(sizeof(int))];
	struct iovec part = {name, sizeof name - 1};
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	ssize_t length = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	if (length <= 0 || head == NULL || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(int)) ||
		(message.msg_flags & MSG_CTRUNC) != 0)
		fail("a message with one descriptor");
	memcpy(&master, CMSG_DATA(head), sizeof(int));
	printf("received %s\n", name);
	fflush(stdout);
}

static void tell_modes(void)
{
	struct termios modes;
	struct winsize size;
	if (tcgetattr(master, &modes) < 0 || ioctl(master, TIOCGWINSZ, &size) < 0)
		fail("tcgetattr");
	printf("modes %x %x %x %x\n", modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag);
}

static void type(const char *hex)
{
	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		unsigned char one = (unsigned char)byte;
		while (write(master, &one, 1) < 0)
			if (errno != EAGAIN && errno != EINTR)
				return;
	}
}

static void obey(char *line)
{
	int rows, columns;
	if (!strncmp(line, "write ", 6))
		type(line + 6);
	else if (sscanf(line, "size %d %d", &rows, &columns) == 2)
		set_size(rows, columns);
	else if (!strncmp(line, "modes", 5))
		tell_modes();
	else if (!strncmp(line, "hangup", 6)) {
		close(master);
		master = -1;
	}
}

/* Returns false if there is nothing now. */
static int tell_output(void)
{
	unsigned char bytes[8192];
	ssize_t length = master < 0 ? -1 : read(master, bytes, sizeof bytes);
	if (length <= 0)
		return 0;
	printf("out ");
	for (ssize_t i = 0; i < length; i++)
		printf("%02x", bytes[i]);
	printf("\n");
	return 1;
}

int main(int argc, char **argv)
{
	pid_t child = 0;
	char line[65536];
	size_t have = 0;
	signal(SIGPIPE, SIG_IGN);
	if (argc > 4 && !strcmp(argv[1], "run"))
		child = run(atoi(argv[2]), atoi(argv[3]), argv + 4);
	else if (argc == 3 && !strcmp(argv[1], "listen"))
		receive(argv[2]);
	else
		return 98;
	fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	for (int alive = child != 0, silent = 0;;) {
		struct pollfd fds[] = {{0, POLLIN, 0}, {silent ? -1 : master, POLLIN, 0}};
		poll(fds, 2, alive || silent ? 20 : -1);
		if (fds[1].revents && !tell_output() && (fds[1].revents & POLLHUP)) {
			printf("silent\n");
			silent = 1;
		}
		int status;
		if (alive && waitpid(child, &status, WNOHANG) == child) {
			while (tell_output())
				;
			alive = 0;
			printf("exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		}
		if (fds[0].revents) {
			ssize_t length = read(0, line + have, sizeof line - 1 - have);
			if (length <= 0)
				return 0;
			have += (size_t)length;
			line[have] = 0;
			for (char *end; (end = strchr(line, '\n')); have = strlen(line)) {
				*end = 0;
				obey(line);
				memmove(line, end + 1, strlen(end + 1) + 1);
			}
		}
		fflush(stdout);
	}
}
