#include "control.h"
#include "descriptor.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* Branches that were taken and not told yet: a message of its own for each would wake the driver, and Java, a dozen
 * times. */
static struct {
	uint32_t count;
	struct {
		uint32_t index, branch;
	} taken[64];
} untold;

static size_t put_u32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
	at[2] = (uint8_t)(value >> 16);
	at[3] = (uint8_t)(value >> 24);
	return 4;
}

static size_t put_u64(uint8_t *at, uint64_t value)
{
	put_u32(at, (uint32_t)value);
	put_u32(at + 4, (uint32_t)(value >> 32));
	return 8;
}

static int send_message(int control, const uint8_t *message, size_t size)
{
	for (;;) {
		if (send(control, message, size, MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno != EINTR)
			return -errno;
	}
}

int control_tell_branches(int control)
{
	uint8_t message[4 + sizeof untold.taken];
	size_t size = put_u32(message, CONTROL_BRANCHED);

	if (untold.count == 0)
		return 0;
	for (uint32_t i = 0; i < untold.count; i++) {
		size += put_u32(message + size, untold.taken[i].index);
		size += put_u32(message + size, untold.taken[i].branch);
	}
	untold.count = 0;
	return send_message(control, message, size);
}

int control_note_branch(int control, uint32_t index, uint32_t branch)
{
	untold.taken[untold.count].index = index;
	untold.taken[untold.count].branch = branch;
	untold.count++;
	return untold.count < sizeof untold.taken / sizeof *untold.taken ? 0 : control_tell_branches(control);
}

/* Everything else is told after what came before it. */
static int send_after_branches(int control, const uint8_t *message, size_t size)
{
	int answer = control_tell_branches(control);
	return answer < 0 ? answer : send_message(control, message, size);
}

int control_send(int control, enum control_kind kind)
{
	uint8_t message[4];
	return send_after_branches(control, message, put_u32(message, kind));
}

int control_send_number(int control, enum control_kind kind, uint32_t number)
{
	uint8_t message[8];
	size_t size = put_u32(message, kind);
	size += put_u32(message + size, number);
	return send_after_branches(control, message, size);
}

int control_send_times(int control, uint64_t beginning, const uint64_t *times, uint32_t count)
{
	enum { HEAD = 16, MOST = 1024 };
	static uint8_t message[HEAD + MOST * sizeof *times];

	for (uint32_t first = 0; first < count; first += MOST) {
		size_t size = put_u32(message, CONTROL_TIMES);
		size += put_u64(message + size, beginning);
		size += put_u32(message + size, first);
		for (uint32_t i = first; i < count && i < first + MOST; i++)
			size += put_u64(message + size, times[i]);
		int answer = send_after_branches(control, message, size);
		if (answer < 0)
			return answer;
	}
	return 0;
}

int control_send_terminal(int control, int master)
{
	uint8_t message[4];
	int answer = control_tell_branches(control);
	if (answer < 0)
		return answer;
	return descriptor_send(control, message, put_u32(message, CONTROL_TERMINAL), master);
}

size_t encode_failure(uint8_t *at, const struct failure *failure)
{
	size_t size = put_u32(at, failure->index);
	size += put_u32(at + size, failure->step);
	size += put_u32(at + size, (uint32_t)failure->error);
	size += put_u32(at + size, (uint32_t)failure->length);
	memcpy(at + size, failure->detail, failure->length);
	size += failure->length;
	at[size++] = '\0';
	return size;
}

int control_send_failure(int control, const struct failure *failure)
{
	uint8_t message[4 + FAILED_PAYLOAD_MAX];
	size_t size = put_u32(message, CONTROL_FAILED);
	size += encode_failure(message + size, failure);
	return send_after_branches(control, message, size);
}

int control_wait(int control)
{
	uint8_t message[16];
	for (;;) {
		ssize_t size = recv(control, message, sizeof message, 0);
		if (size == 0)
			return -EPIPE;
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return errno == ECONNRESET ? -EPIPE : -errno;
		if (size != 4 || message[0] != CONTROL_GO_ON || message[1] != 0 || message[2] != 0 || message[3] != 0)
			return -EPROTO;
		return 0;
	}
}

int control_is_alive(int control)
{
	struct pollfd poller = {.fd = control, .events = 0};
	int answer = poll(&poller, 1, 0);
	return answer == 0 || (answer < 0 && errno == EINTR) || (poller.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}
