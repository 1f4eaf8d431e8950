#include "descriptor.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "fd.h"

enum { MOST = 8 }; /* descriptors in one message; of more the kernel lets the rest go */

int descriptor_send(int socket, const void *bytes, size_t size, int descriptor)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.room = {0}};
	struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &descriptor, sizeof(int));
	for (;;) {
		ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
		if (sent >= 0)
			return (size_t)sent == size ? 0 : -EMSGSIZE;
		if (errno != EINTR)
			return -errno;
	}
}

/* The first one is kept. */
static void sort_out(const struct cmsghdr *head, int *descriptor)
{
	size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	for (size_t i = 0; i < count; i++) {
		int one;

		memcpy(&one, CMSG_DATA(head) + i * sizeof(int), sizeof(int));
		if (*descriptor < 0)
			*descriptor = one;
		else
			close(one);
	}
}

ssize_t descriptor_receive(int socket, void *bytes, size_t size, int *descriptor)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(MOST * sizeof(int))];
	} control = {.room = {0}};
	struct iovec part = {.iov_base = bytes, .iov_len = size};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};

	*descriptor = -1;
	ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
	if (length < 0)
		return -errno;
	const struct cmsghdr *head =
		CMSG_FIRSTHDR(&message); /* all descriptors come in one; nothing else was asked for */
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
		sort_out(head, descriptor);
	return length;
}
