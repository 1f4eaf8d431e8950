#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../src/process.h"

_Noreturn void wrong(const char *file, int line, const char *what, long got)
{
	char text[512];

	snprintf(text, sizeof(text), "# %s:%d: %s (%ld)\n", file, line, what, got);
	say(STDERR_FILENO, text);
	ask_exit(99);
}

uint32_t say(int fd, const char *text)
{
	struct draft draft;

	draft_begin(&draft, FRAME_WRITE);
	draft_u32(&draft, (uint32_t)fd);
	draft_text(&draft, text, strlen(text));
	draft.length--; /* bytes, not text: no NUL behind them */
	draft_send(&draft, STREAM);
	if (fd != STDOUT_FILENO)
		return 0;
	struct reader answer = expect(FRAME_DONE);
	return get_u32(&answer);
}

_Noreturn void ask_exit(uint32_t code)
{
	struct frame frame;

	send_u32(STREAM, FRAME_EXIT, code);
	while (frame_receive(STREAM, &frame) > 0)
		;
	_exit(0);
}

struct reader expect(uint32_t kind)
{
	struct frame frame;

	if (frame_receive(STREAM, &frame) != 1) {
		puts("the stream ended");
		exit(98);
	}
	if (frame.kind != kind)
		wrong(__FILE__, __LINE__, "another kind of frame was expected", (long)frame.kind);
	return frame_reader(&frame);
}

uint32_t get_u32(struct reader *reader)
{
	uint32_t value;

	CHECK(read_u32(reader, &value) == 0);
	return value;
}

uint64_t get_u64(struct reader *reader)
{
	uint64_t value;

	CHECK(read_u64(reader, &value) == 0);
	return value;
}

const char *get_text(struct reader *reader)
{
	const char *text;

	CHECK(read_text(reader, &text) == 0);
	return text;
}

void receive_greeting(struct greeting *greeting)
{
	struct reader reader = expect(FRAME_HELLO);

	greeting->version = get_u32(&reader);
	greeting->hash = get_u64(&reader);
	greeting->pid = get_u32(&reader);
	greeting->start = get_u64(&reader);
	greeting->uid = get_u32(&reader);
	greeting->gid = get_u32(&reader);
	greeting->umask = get_u32(&reader);
	greeting->cwd = get_text(&reader);
	greeting->home = get_text(&reader);
	CHECK(read_texts(&reader, &greeting->argv) == 0);
	CHECK(read_texts(&reader, &greeting->env) == 0);
	greeting->started = get_u64(&reader);
	greeting->connected = get_u64(&reader);
	greeting->has_terminal = get_u32(&reader);
	CHECK(reader_end(&reader) == 0);
}

uint64_t start_time_of(int pid)
{
	uint64_t start = 0;

	CHECK_EQUAL(0, process_start_time(pid, &start));
	return start;
}
