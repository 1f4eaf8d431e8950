#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "control.h"
#include "decode.h"
#include "fd.h"
#include "process.h"
#include "socket_in.h"

enum {
	GO = 'S',
	GOING = 'G',
	GONE_WRONG = 'F',
};

/* What init has answered so far. */
struct answer {
	uint8_t bytes[2 + FAILED_PAYLOAD_MAX]; /* G F payload, and nothing more */
	size_t length;
};

static int connect_to(const char *directory, const char *name)
{
	struct sockaddr_un address;

	OWNED parent = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	OWNED connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (parent < 0 || connection < 0)
		return -errno;
	int error = socket_in(parent, name, &address);
	if (error < 0)
		return error;
	if (connect(connection, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return take(&connection);
}

/* Returns 1, 0 at the end, or -errno. */
static int receive_more(int connection, int interrupt, struct answer *answer)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = connection, .events = POLLIN}, {.fd = interrupt, .events = POLLIN}};

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents) {
			ssize_t length = recv(
				connection, answer->bytes + answer->length, sizeof(answer->bytes) - answer->length, 0);
			if (length > 0)
				answer->length += (size_t)length;
			if (length > 0)
				return 1;
			if (length == 0 || errno == ECONNRESET)
				return 0;
			if (errno != EAGAIN && errno != EINTR)
				return -errno;
		}
		if (fds[1].revents)
			return -EINTR;
	}
}

static bool parse_failure(const struct answer *answer, size_t offset, struct failure *failure)
{
	struct reader reader = {.at = answer->bytes + offset, .end = answer->bytes + answer->length};
	const char *detail;
	uint32_t error;

	if (read_u32(&reader, &failure->index) < 0 || read_u32(&reader, &failure->step) < 0 ||
		read_u32(&reader, &error) < 0 || read_text(&reader, &detail) < 0 || reader_end(&reader) < 0)
		return false;
	failure->error = (int32_t)error;
	detail_set(failure, detail);
	return true;
}

/* The end behind G: execve has closed the connection, or the end of init has. */
static enum start_outcome executed(const struct starting *init)
{
	switch (process_progress(init->pid, init->start_time)) {
	case PROCESS_DIED_UNEXECUTED:
		return START_DIED;
	case PROCESS_KILLED:
	case PROCESS_GONE:
		return START_ENDED;
	case PROCESS_LIVES:
	case PROCESS_ENDED:
		break;
	}
	return START_EXECUTING;
}

static enum start_outcome judge(const struct answer *answer, const struct starting *init, struct failure *failure)
{
	size_t at = 0;

	if (at < answer->length && answer->bytes[at] == GOING)
		at++;
	if (at == answer->length)
		return at ? executed(init) : START_DIED;
	return answer->bytes[at] == GONE_WRONG && parse_failure(answer, at + 1, failure) ? START_FAILED : START_DIED;
}

enum start_outcome start(const struct starting *init, int interrupt, struct failure *failure)
{
	static struct answer answer;
	static const uint8_t go = GO;
	int more = 1;

	answer.length = 0;
	failure->error = 0;
	OWNED connection = connect_to(init->directory, init->name);
	if (connection < 0) {
		failure->error = -connection;
		return START_NO_LISTENER;
	}
	if (send(connection, &go, sizeof(go), MSG_NOSIGNAL) != (ssize_t)sizeof(go))
		return START_DIED;
	while (more > 0 && answer.length < sizeof(answer.bytes))
		more = receive_more(connection, interrupt, &answer);
	if (more < 0) {
		failure->error = -more;
		return START_NO_LISTENER;
	}
	return judge(&answer, init, failure);
}
