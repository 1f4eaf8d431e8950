/* The messages between launcher, init and driver (docs/protocol.md): the launcher's and init's end. */
#ifndef MINIRT_CONTROL_H
#define MINIRT_CONTROL_H

#include "failure.h"

#include <sys/types.h>

enum control_kind {
	CONTROL_SPAWNED = 1,
	CONTROL_BEGUN = 2,
	CONTROL_DRIVER_TURN = 3,
	CONTROL_REACHED = 4,
	CONTROL_BRANCHED = 5,
	CONTROL_FAILED = 6,
	CONTROL_READY = 7,
	CONTROL_TERMINAL = 8,
	CONTROL_TIMES = 9,
	CONTROL_GO_ON = 64,
};

#define CONTROL_MESSAGE_MAX 65536

/* Each returns 0 or -errno; -EPIPE when the driver is gone. */
int control_send(int control, enum control_kind kind);
int control_send_number(int control, enum control_kind kind, uint32_t number);
int control_send_terminal(int control, int master);
/* How long the first `count` operations took: in as many messages as it takes. */
int control_send_times(int control, uint64_t beginning, const uint64_t *times, uint32_t count);
int control_send_failure(int control, const struct failure *failure);

/*
 * A branch other than the first is told with the next message, whichever that is. Before a clone they are to be told:
 * both processes would otherwise.
 */
int control_note_branch(int control, uint32_t index, uint32_t branch);
int control_tell_branches(int control);

/* Waits for GO_ON; -EPIPE when the driver is gone, -EPROTO when it says anything else. */
int control_wait(int control);

/* Whether the other end is still open. */
int control_is_alive(int control);

/* The FAILED payload, also used on the start socket; returns its size. */
#define FAILED_PAYLOAD_MAX (4 + 4 + 4 + 4 + DETAIL_MAX)
size_t encode_failure(uint8_t *at, const struct failure *failure);

#endif
