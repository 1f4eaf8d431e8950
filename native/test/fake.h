/*
 * What the scenarios of fake_jvm.c are made of. The fake JVM is executed by the driver as if it were java; its first
 * argument names the scenario. It talks to the test through the driver: WRITE and EXIT.
 */
#ifndef MINIRT_FAKE_H
#define MINIRT_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "../src/frames.h"

enum { STREAM = 0 };

/* HELLO, as it came. */
struct greeting {
	uint32_t version, pid, uid, gid, umask, has_terminal;
	uint64_t hash, start, started, connected;
	const char *cwd, *home;
	struct texts argv, env;
};

/* Says what is wrong on the driver's stderr and has it exit with 99. */
_Noreturn void wrong(const char *file, int line, const char *what, long got);

#define CHECK(condition) ((condition) ? (void)0 : wrong(__FILE__, __LINE__, #condition, 0))
#define CHECK_EQUAL(expected, got)                                                                                     \
	((long)(expected) == (long)(got) ? (void)0 : wrong(__FILE__, __LINE__, #expected " is not " #got, (long)(got)))

void receive_greeting(struct greeting *greeting);

/* The next frame, which must be of this kind. Returns a reader of its payload, which stays valid for ever. */
struct reader expect(uint32_t kind);
uint32_t get_u32(struct reader *reader);
uint64_t get_u64(struct reader *reader);
const char *get_text(struct reader *reader);

/* Has the driver write. Returns its answer, an errno; 0 for standard error, which is not answered. */
uint32_t say(int fd, const char *text);
_Noreturn void ask_exit(uint32_t code);

uint64_t start_time_of(int pid);

typedef void scenario(struct greeting *greeting, char **arguments);

scenario hook_scenario, hook_interrupt_scenario;
scenario signal_scenario, await_scenario, start_scenario;
scenario run_scenario, pidfd_scenario;

#endif
