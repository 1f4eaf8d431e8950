/*
 * The harness of the operation tests. Every test runs in a child of its own, in a scratch mount namespace whose /tmp is
 * an empty tmpfs, so that nothing of it is left on the machine. Output is TAP.
 */
#ifndef MINIRT_TEST_CHECK_H
#define MINIRT_TEST_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "context.h"
#include "encode.h"

#define SCRATCH "/tmp"	 /* empty in every test */
#define ROOT "/tmp/root" /* the container's root, made by use_root() */

/* What happened to a program that was run in this process. */
struct outcome {
	int error; /* 0 or positive errno */
	uint32_t index, step;
	uint32_t branch; /* of the last operation run */
	const char *detail;
};

struct test {
	const char *name;
	void (*run)(void);
};

/* Runs the tests whose name contains the filter; returns the number that failed. */
int run_tests(const struct test *tests, size_t count, const char *filter, int *number);

_Noreturn void check_failed(const char *file, int line, const char *what);
_Noreturn void skip(const char *reason);

#define CHECK(condition)                                                                                               \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			check_failed(__FILE__, __LINE__, #condition);                                                  \
	} while (0)

/* Reports what the outcome was before failing. */
#define CHECK_OUTCOME(result, condition)                                                                               \
	do {                                                                                                           \
		struct outcome seen = (result);                                                                        \
		if (!(condition)) {                                                                                    \
			printf("# operation %u step %u errno %d branch %u detail \"%s\"\n", seen.index, seen.step,     \
				seen.error, seen.branch, seen.detail);                                                 \
			check_failed(__FILE__, __LINE__, #condition);                                                  \
		}                                                                                                      \
	} while (0)

#define CHECK_DONE(result) CHECK_OUTCOME(result, seen.error == 0)
#define CHECK_BRANCH(result, which) CHECK_OUTCOME(result, seen.error == 0 && seen.branch == (which))
#define CHECK_FAILS(result, at_step, errno_)                                                                           \
	CHECK_OUTCOME(result, seen.error == (errno_) && seen.step == (uint32_t)(at_step))

/* The context of the operations that a test runs; one for all its programs. */
extern struct context world;

/* Encoding: begin(), add(), then run() or finish(). */
extern struct draft_program draft;
void begin(void);
#define add(NAME, where, ...) program_add(&draft, OP_##NAME, CONTEXT_##where, __VA_ARGS__)

/* Adds CloneInit with nothing new: needed between the launcher's operations and init's. */
void add_clone(void);

/* Validates the program and runs it in this process, leaving out CloneInit. */
struct outcome run(void);

/* One operation of init, or one of the launcher's, as a program. */
#define INIT(NAME, ...) (begin(), add_clone(), add(NAME, INIT, __VA_ARGS__), run())
#define LAUNCHER(NAME, ...) (begin(), add(NAME, LAUNCHER, __VA_ARGS__), add_clone(), run())

/* Makes ROOT, with a tmpfs of its own, and makes it context.root. */
void use_root(void);

/* Files, for arranging and looking; paths are the host's. They fail the test if they cannot do it. */
void make_directory(const char *path);
void make_file(const char *path, const char *content);
void make_link(const char *path, const char *target);
bool exists(const char *path);
bool file_is(const char *path, const char *content);
mode_t mode_of(const char *path);
bool is_empty(const char *directory);

/* How many lines of /proc/self/mountinfo have this mount point. */
int mounts_at(const char *path);

/* The ST_* flags of the mount at the path. */
unsigned long flags_of(const char *path);

/* A line of /proc/self/status, such as "CapEff", as a number of the base. */
uint64_t status_number(const char *name, int base);

/* Waits for a child; its exit status, or 128 and its signal. */
int wait_for(pid_t pid);

#endif
