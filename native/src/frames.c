#include "frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Returns the number of bytes read: fewer than asked for at the end of the stream. */
static size_t receive_all(int stream, uint8_t *data, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t count = recv(stream, data + done, length - done, 0);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0) /* ECONNRESET: Java died with something unread */
			break;
		done += (size_t)count;
	}
	return done;
}

int frame_receive(int stream, struct frame *frame)
{
	uint8_t head[FRAME_HEAD_SIZE];
	size_t length = receive_all(stream, head, sizeof(head));

	frame->payload = NULL;
	if (length < sizeof(head))
		return length ? -EPROTO : 0;
	frame->length = decode_u32(head);
	frame->kind = decode_u32(head + 4);
	if (frame->length > FRAME_LENGTH_MAX)
		return -EPROTO;
	frame->payload = malloc((size_t)frame->length + 1); /* never of size 0 */
	if (!frame->payload)
		return -ENOMEM;
	if (receive_all(stream, frame->payload, frame->length) == frame->length)
		return 1;
	frame_release(frame);
	return -EPROTO;
}

void frame_release(struct frame *frame)
{
	free(frame->payload);
	frame->payload = NULL;
}

struct reader frame_reader(const struct frame *frame)
{
	return (struct reader){.at = frame->payload, .end = frame->payload + frame->length};
}

static void put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* Makes room for that many bytes more, and returns where they go. */
static uint8_t *extend(struct draft *draft, size_t length)
{
	if (draft->failed)
		return NULL;
	if (length > draft->capacity - draft->length) {
		size_t capacity = (draft->length + length) * 2;
		uint8_t *data = realloc(draft->data, capacity);
		if (!data) {
			draft->failed = true;
			return NULL;
		}
		draft->data = data;
		draft->capacity = capacity;
	}
	uint8_t *at = draft->data + draft->length;
	draft->length += length;
	return at;
}

void draft_begin(struct draft *draft, enum frame_kind kind)
{
	memset(draft, 0, sizeof(*draft));
	draft_u32(draft, 0); /* the length: known when it is sent */
	draft_u32(draft, kind);
}

void draft_u32(struct draft *draft, uint32_t value)
{
	uint8_t *at = extend(draft, 4);

	if (at)
		put_u32(at, value);
}

void draft_u64(struct draft *draft, uint64_t value)
{
	draft_u32(draft, (uint32_t)value);
	draft_u32(draft, (uint32_t)(value >> 32));
}

void draft_bytes(struct draft *draft, const uint8_t *bytes, size_t length)
{
	draft_u32(draft, (uint32_t)length);
	uint8_t *at = extend(draft, length);

	if (at)
		memcpy(at, bytes, length);
}

void draft_text(struct draft *draft, const char *text, size_t length)
{
	draft_u32(draft, (uint32_t)length);
	uint8_t *at = extend(draft, length + 1);

	if (at) {
		memcpy(at, text, length);
		at[length] = 0;
	}
}

void draft_texts(struct draft *draft, char *const *texts)
{
	uint32_t count = 0;

	while (texts[count])
		count++;
	draft_u32(draft, count);
	for (uint32_t i = 0; i < count; i++)
		draft_text(draft, texts[i], strlen(texts[i]));
}

void draft_send(struct draft *draft, int stream)
{
	size_t done = 0, length = draft->length - FRAME_HEAD_SIZE;

	if (!draft->failed && length <= FRAME_LENGTH_MAX) {
		put_u32(draft->data, (uint32_t)length);
		while (done < draft->length) {
			ssize_t count = send(stream, draft->data + done, draft->length - done, MSG_NOSIGNAL);
			if (count < 0 && errno != EINTR)
				break;
			done += count > 0 ? (size_t)count : 0;
		}
	} else {
		/* Java would wait for it for ever. */
		shutdown(stream, SHUT_RDWR);
	}
	free(draft->data);
	memset(draft, 0, sizeof(*draft));
}

void send_empty(int stream, enum frame_kind kind)
{
	struct draft draft;

	draft_begin(&draft, kind);
	draft_send(&draft, stream);
}

void send_u32(int stream, enum frame_kind kind, uint32_t value)
{
	struct draft draft;

	draft_begin(&draft, kind);
	draft_u32(&draft, value);
	draft_send(&draft, stream);
}

void send_done(int stream, int error, const char *detail)
{
	struct draft draft;

	draft_begin(&draft, FRAME_DONE);
	draft_u32(&draft, (uint32_t)-error);
	draft_text(&draft, detail, strlen(detail));
	draft_send(&draft, stream);
}

void draft_failure(struct draft *draft, const struct failure *failure)
{
	draft_u32(draft, failure->index);
	draft_u32(draft, failure->step);
	draft_u32(draft, (uint32_t)failure->error);
	draft_text(draft, failure->detail, failure->length);
}

void send_failed(int stream, const struct failure *failure)
{
	struct draft draft;

	draft_begin(&draft, FRAME_FAILED);
	draft_failure(&draft, failure);
	draft_send(&draft, stream);
}
