#include "notify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "descriptor.h"
#include "fd.h"
#include "socket_in.h"
#include "words.h"

enum {
	MESSAGE_MAX = 4096,
	AT_ONCE = 64,	      /* messages passed on before the driver looks at something else */
	PATIENCE_SECONDS = 5, /* with a manager that does not read */
	MODE = 0777,	      /* any user of the container may connect */
};

static int container = -1, manager = -1;

/* Assignments that are about the service as a whole. */
static const char *const passed_on[] = {"READY=", "RELOADING=", "MONOTONIC_USEC=", "STOPPING=", "STATUS=", "ERRNO=",
	"BUSERROR=", "WATCHDOG=", "WATCHDOG_USEC=", "EXTEND_TIMEOUT_USEC="};

static int connect_to_manager(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
	size_t length = strlen(name);

	if (name[0] != '/' && name[0] != '@')
		return -EAFNOSUPPORT;
	if (length < 2 || length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = 0;
	OWNED fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
		connect(fd, (const struct sockaddr *)&address,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
		return -errno;
	return take(&fd);
}

static int listen_in(const char *directory)
{
	struct sockaddr_un address;

	OWNED parent = open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	OWNED fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (parent < 0 || fd < 0)
		return -errno;
	int error = socket_in(parent, NOTIFY_SOCKET_NAME, &address);
	if (error < 0)
		return error;
	if (unlinkat(parent, NOTIFY_SOCKET_NAME, 0) < 0 && errno != ENOENT)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
		fchmodat(parent, NOTIFY_SOCKET_NAME, MODE, 0) < 0)
		return -errno;
	return take(&fd);
}

int notify_open(const char *directory, const char *name)
{
	OWNED theirs = connect_to_manager(name);
	OWNED ours = theirs < 0 ? theirs : listen_in(directory);

	if (ours < 0)
		return ours;
	replace(&manager, take(&theirs));
	replace(&container, take(&ours));
	return 0;
}

int notify_socket(void)
{
	return container;
}

static bool is_passed_on(const char *line, size_t length)
{
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(*passed_on); i++)
		if (length > strlen(passed_on[i]) && !strncmp(line, passed_on[i], strlen(passed_on[i])))
			return true;
	return false;
}

/* Returns whether the message says that the container is ready. */
static bool pass_on(const char *message, size_t length, pid_t main_pid)
{
	char text[MESSAGE_MAX + 32];
	struct words number = {.length = 0};
	size_t filled = 0;
	bool ready = false;

	for (size_t at = 0; at < length;) {
		const char *end = memchr(message + at, '\n', length - at);
		size_t size = end ? (size_t)(end - message) - at : length - at;

		if (is_passed_on(message + at, size)) {
			memcpy(text + filled, message + at, size);
			filled += size;
			text[filled++] = '\n';
			ready |= size == strlen("READY=1") && !strncmp(message + at, "READY=1", size);
		}
		at += size + 1;
	}
	if (ready) {
		words_add(&number, "MAINPID=");
		words_number(&number, main_pid);
		memcpy(text + filled, number.text, number.length);
		filled += number.length;
	}
	if (filled)
		(void)!send(manager, text, filled, MSG_NOSIGNAL); /* a manager that is gone needs no word */
	return ready;
}

bool notify_relay(pid_t main_pid)
{
	char message[MESSAGE_MAX];
	bool ready = false;

	for (int count = 0; count < AT_ONCE; count++) {
		/* Descriptors that come along are the kernel's to close. */
		ssize_t length = recv(container, message, sizeof(message), MSG_DONTWAIT | MSG_TRUNC);
		if (length < 0)
			break;
		if (length <= (ssize_t)sizeof(message))
			ready |= pass_on(message, (size_t)length, main_pid);
	}
	return ready;
}

/* The manager closes what comes with it when all before it is worked off: sd_notify_barrier(3). */
static void await_manager(int interrupt)
{
	static const char barrier[] = "BARRIER=1";
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	OWNED ours = ends[0], theirs = ends[1];
	if (descriptor_send(manager, barrier, strlen(barrier), theirs) < 0)
		return;
	replace(&theirs, -1);
	struct pollfd fds[] = {{.fd = ours}, {.fd = interrupt, .events = POLLIN}};
	while (poll(fds, 2, PATIENCE_SECONDS * 1000) < 0)
		;
}

int notify_await(pid_t pid, int pidfd, int interrupt)
{
	for (;;) {
		struct pollfd fds[] = {
			{.fd = container, .events = POLLIN},
			{.fd = pidfd, .events = POLLIN},
			{.fd = interrupt, .events = POLLIN},
		};
		if (poll(fds, 3, -1) < 0)
			continue;
		if (fds[0].revents && notify_relay(pid)) {
			await_manager(interrupt);
			return 0;
		}
		if (fds[2].revents)
			return -EINTR;
		if (fds[1].revents)
			return 0;
	}
}
