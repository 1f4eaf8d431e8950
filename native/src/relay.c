#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "fd.h"
#include "words.h"

enum {
	ROOM = 16 * 1024,
	WRITE_MOST = 4096,	/* a pipe that polls writable takes that much without blocking */
	KEPT_MOST = 256 * 1024, /* more than the kernel keeps of what was written to a terminal and not read yet */
	RETRY = 200,		/* milliseconds */
	DEFAULT_END = 4,	/* ^D */
};

/* Bytes on their way in one direction. Filled when it is empty only: who does not read is not written to. */
struct way {
	size_t begin, end;
	char *bytes; /* ROOM of them */
};

/* Apart from what begins with a value, which would take their size in the binary, and so in every init's copy of it. */
static char room_in[ROOM], room_out[ROOM];

static struct {
	int master;	  /* -1: hung up */
	int input;	  /* -1: ended */
	int output;	  /* -1: nobody reads */
	int terminal;	  /* the caller's, whose modes are changed; -1: none */
	bool is_raw;	  /* `before` is what is to be restored */
	bool is_keyboard; /* input is a terminal */
	bool is_silent;	  /* nobody has the process's side open; somebody may open it again */
	bool is_background;
	bool at_line_end; /* the last byte of input was a newline, or there was none */
	struct termios before;
	struct way in, out;
} relay = {.master = -1,
	.input = -1,
	.output = -1,
	.terminal = -1,
	.at_line_end = true,
	.in.bytes = room_in,
	.out.bytes = room_out};

/* --- the caller's terminal --- */

/* A stream of the caller's that is a terminal, as a descriptor of our own; its controlling terminal otherwise. */
static int open_terminal(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (isatty(fd))
			return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

bool relay_has_terminal(void)
{
	OWNED terminal = open_terminal();
	return terminal >= 0;
}

static void copy_size(int terminal, int master)
{
	struct winsize size;

	if (terminal >= 0 && ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		ioctl(master, TIOCSWINSZ, &size);
}

bool relay_adopt(int master)
{
	unsigned number;

	/* The C libraries differ in the sign of the request. */
	if (master < 0 || syscall(SYS_ioctl, (long)master, (unsigned long)TIOCGPTN, &number) < 0)
		return false;
	OWNED terminal = open_terminal();
	copy_size(terminal, master);
	return true;
}

void relay_resize(void)
{
	if (relay.master >= 0)
		copy_size(relay.terminal, relay.master);
}

/*
 * In the background this stops us, as it should, until we are in the foreground: SIGTTOU must not be blocked. Keys that
 * do not come from this terminal leave those that mean something to it their meaning.
 */
static void set_raw(void)
{
	struct termios raw = relay.before;
	sigset_t output, others;

	cfmakeraw(&raw);
	if (!relay.is_keyboard) {
		raw.c_lflag = relay.before.c_lflag;
		raw.c_iflag = relay.before.c_iflag;
	}
	sigemptyset(&output);
	sigaddset(&output, SIGTTOU);
	sigprocmask(SIG_UNBLOCK, &output, &others);
	while (tcsetattr(relay.terminal, TCSANOW, &raw) < 0 && errno == EINTR)
		;
	sigprocmask(SIG_SETMASK, &others, NULL);
}

void relay_resume(void)
{
	relay.is_background = false;
	if (relay.is_raw)
		set_raw();
	relay_resize();
}

static bool in_background(int terminal)
{
	pid_t foreground = tcgetpgrp(terminal);
	return foreground > 0 && foreground != getpgrp();
}

/* --- the streams --- */

/*
 * A descriptor that does not block, without making that of the caller's so, which other processes share. A stream that
 * cannot be opened anew is used as it is: what polls ready takes a little.
 */
static int open_anew(int stream, int mode)
{
	struct words path = {.length = 0};
	struct stat status;

	if (fstat(stream, &status) == 0 && S_ISCHR(status.st_mode)) {
		words_add(&path, "/proc/self/fd/");
		words_number(&path, stream);
		int fd = open(path.text, mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return fcntl(stream, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

void relay_begin(int master)
{
	relay.master = master;
	fcntl(master, F_SETFL, fcntl(master, F_GETFL) | O_NONBLOCK);
	relay.terminal = open_terminal();
	relay.is_keyboard = isatty(STDIN_FILENO);
	relay.input = open_anew(STDIN_FILENO, O_RDONLY);
	relay.output = open_anew(STDOUT_FILENO, O_WRONLY);
	relay.is_raw = relay.terminal >= 0 && tcgetattr(relay.terminal, &relay.before) == 0;
	if (relay.is_raw)
		set_raw();
	relay_resize();
}

/* To the process that is what the end of a connection is: SIGHUP for those in the foreground, the end of its input. */
static void hang_up(void)
{
	replace(&relay.master, -1);
	replace(&relay.input, -1);
	replace(&relay.output, -1);
}

static bool is_empty(const struct way *way)
{
	return way->begin == way->end;
}

static bool may_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* There is no end of input in a terminal, but a key for it: twice if a line is unfinished, which the first one ends. */
static void end_input(void)
{
	struct termios modes;
	bool known = tcgetattr(relay.master, &modes) == 0;
	char key = known ? (char)modes.c_cc[VEOF] : DEFAULT_END;

	replace(&relay.input, -1);
	relay.in.begin = 0;
	relay.in.end = relay.at_line_end ? 1 : 2;
	memset(relay.in.bytes, key, relay.in.end);
}

static void read_input(void)
{
	if (relay.is_keyboard && in_background(relay.input)) {
		relay.is_background = true; /* reading would be an error */
		return;
	}
	ssize_t length = read(relay.input, relay.in.bytes, ROOM);
	if (length < 0 && may_wait())
		return;
	if (length <= 0 && relay.is_keyboard) {
		hang_up();
		return;
	}
	if (length <= 0) {
		end_input();
		return;
	}
	relay.in.begin = 0;
	relay.in.end = (size_t)length;
	relay.at_line_end = relay.in.bytes[length - 1] == '\n';
}

static void write_input(void)
{
	ssize_t length = write(relay.master, relay.in.bytes + relay.in.begin, relay.in.end - relay.in.begin);

	if (length > 0)
		relay.in.begin += (size_t)length;
	else if (length < 0 && !may_wait())
		relay.in.begin = relay.in.end;
}

/* Returns false if there is nothing now. */
static bool read_output(void)
{
	ssize_t length = read(relay.master, relay.out.bytes, ROOM);

	if (length > 0) {
		relay.out.begin = 0;
		relay.out.end = (size_t)length;
		return true;
	}
	relay.is_silent = length == 0 || !may_wait();
	return false;
}

static void write_output(void)
{
	size_t left = relay.out.end - relay.out.begin;
	const char *at = relay.out.bytes + relay.out.begin;

	left = left < WRITE_MOST ? left : WRITE_MOST;
	ssize_t length = send(relay.output, at, left, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (length < 0 && errno == ENOTSOCK)
		length = write(relay.output, at, left);
	if (length > 0)
		relay.out.begin += (size_t)length;
	else if (length < 0 && !may_wait())
		hang_up();
}

int relay_poll(struct pollfd fds[RELAY_POLLED])
{
	bool talks = relay.master >= 0 && !relay.is_silent;
	bool takes = relay.input >= 0 && !relay.is_background && is_empty(&relay.in);
	bool holds = talks && !is_empty(&relay.in);

	fds[0] = (struct pollfd){.fd = takes ? relay.input : -1, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = holds ? relay.master : -1, .events = POLLOUT};
	fds[2] = (struct pollfd){.fd = talks && is_empty(&relay.out) ? relay.master : -1, .events = POLLIN};
	fds[3] = (struct pollfd){.fd = !is_empty(&relay.out) ? relay.output : -1, .events = POLLOUT};
	return relay.master >= 0 && (relay.is_silent || relay.is_background) ? RETRY : -1;
}

void relay_proceed(const struct pollfd fds[RELAY_POLLED])
{
	relay.is_silent = false;
	relay.is_background = false;
	if (fds[0].revents)
		read_input();
	if (fds[1].revents && relay.master >= 0)
		write_input();
	if (fds[2].revents && relay.master >= 0)
		read_output();
	if (!is_empty(&relay.out) && relay.output >= 0 && (fds[3].revents || fds[3].fd < 0))
		write_output();
}

/* --- the end --- */

static bool is_told_to_stop(int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT || info.ssi_signo == SIGHUP ||
			info.ssi_signo == SIGQUIT)
			return true;
	return false;
}

/* Whoever else has the terminal open may go on writing: what the kernel can have kept is enough. */
static void drain(int signals)
{
	for (size_t kept = 0; relay.output >= 0;) {
		if (is_empty(&relay.out)) {
			if (relay.master < 0 || kept > KEPT_MOST || !read_output())
				return;
			kept += relay.out.end;
		}
		struct pollfd fds[] = {{.fd = relay.output, .events = POLLOUT}, {.fd = signals, .events = POLLIN}};
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents && is_told_to_stop(signals))
			return;
		if (fds[0].revents)
			write_output();
	}
}

void relay_end(int signals)
{
	drain(signals);
	hang_up();
	if (relay.is_raw)
		tcsetattr(relay.terminal, TCSANOW, &relay.before);
	replace(&relay.terminal, -1);
}
