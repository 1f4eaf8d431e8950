/* Frames on the stream between the driver and Java (docs/protocol.md). */
#ifndef MINIRT_FRAMES_H
#define MINIRT_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode.h"
#include "failure.h"

enum {
	PROTOCOL_VERSION = 1,
	FRAME_HEAD_SIZE = 8,
	FRAME_LENGTH_MAX = 64 * 1024 * 1024,
};

/* In a FAILED or DIED frame: it concerns no operation. */
#define NO_OPERATION UINT32_MAX

enum frame_kind {
	FRAME_HELLO = 1,
	FRAME_SIGNALLED,
	FRAME_DONE,
	FRAME_SPAWNED,
	FRAME_REACHED,
	FRAME_READY,
	FRAME_FAILED,
	FRAME_BRANCHED,
	FRAME_DIED,
	FRAME_HOOK_DONE,
	FRAME_STARTED,
	FRAME_EXITED,
	FRAME_PLACE_HELD,
	FRAME_INPUT,
	FRAME_TIMES,

	FRAME_WELCOME = 32,
	FRAME_SERVE,

	FRAME_WRITE = 64,
	FRAME_RUN,
	FRAME_CONTINUE,
	FRAME_ABORT,
	FRAME_HOOK,
	FRAME_SIGNAL,
	FRAME_START,
	FRAME_UNMOUNT,
	FRAME_SUPERVISE,
	FRAME_EXIT,
	FRAME_KILL_AND_REAP,
	FRAME_AWAIT_EXIT,
	FRAME_HOLD_PLACE,

	FRAME_NOTIFY = 80,
	FRAME_AWAIT_NOTIFIED,
	FRAME_READ,
	FRAME_SEND_PIDFD,
	FRAME_FILTER_DEVICES = 84,
};

/* A frame that was received. Its payload is allocated. */
struct frame {
	uint32_t kind;
	uint32_t length;
	uint8_t *payload;
};

/* Returns 1, 0 at the end of the stream, or -EPROTO, -ENOMEM. */
int frame_receive(int stream, struct frame *frame);
void frame_release(struct frame *frame);
struct reader frame_reader(const struct frame *frame);

/* A frame that is being made. Running out of memory is remembered, and the frame then not sent. */
struct draft {
	uint8_t *data; /* head and payload */
	size_t length, capacity;
	bool failed;
};

void draft_begin(struct draft *draft, enum frame_kind kind);
void draft_u32(struct draft *draft, uint32_t value);
void draft_u64(struct draft *draft, uint64_t value);
void draft_bytes(struct draft *draft, const uint8_t *bytes, size_t length);
void draft_text(struct draft *draft, const char *text, size_t length);
void draft_texts(struct draft *draft, char *const *texts); /* up to a NULL */

/* Sends the frame and releases it. A stream that Java no longer reads is noticed where it is read: nothing to return.
 */
void draft_send(struct draft *draft, int stream);

void send_empty(int stream, enum frame_kind kind);
void send_u32(int stream, enum frame_kind kind, uint32_t value);

/* The plain answer: error is 0 or -errno. */
void send_done(int stream, int error, const char *detail);

/* Appends what a FAILED frame has for a payload. */
void draft_failure(struct draft *draft, const struct failure *failure);
void send_failed(int stream, const struct failure *failure);

#endif
