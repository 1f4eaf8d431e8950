/* The decoder and the validation of programs: docs/protocol.md, "Program". */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "tests.h"

static int validate(void)
{
	struct program program;
	struct failure failure = {.index = 0};
	int answer = program_read(&program, draft.bytes, draft.size, &failure);
	program_free(&program);
	return answer;
}

static int validate_ended(void)
{
	program_end(&draft);
	return validate();
}

/* A program with every kind of field. */
static void valid(void)
{
	begin();
	add(RESET_SIGNALS, LAUNCHER, "");
	add(OPEN_PATH, LAUNCHER, "suu", "/", 1, 0);
	add(OPEN_CGROUP, LAUNCHER, "su", "/sys/fs/cgroup", 1);
	add(ATTACH_DEVICE_FILTER, LAUNCHER, "uB", 1, "12345678", (size_t)8);
	add(CLONE_INIT, LAUNCHER, "Uuu", (uint64_t)0, 1, NO_SLOT);
	add(LIMIT_INIT_RESOURCE, DRIVER, "uUU", 7, (uint64_t)1, (uint64_t)2);
	add(ATTACH_ROOTFS, INIT, "us", 0, "/");
	add(SET_GROUPS, INIT, "Nu", ((const uint32_t[]){2, 5, 6}), 0);
	add(READY, INIT, "");
	add(EXECUTE, INIT, "TT", TEXTS("a", ""), TEXTS("A=b"));
}

static void accepts_valid_program(void)
{
	valid();
	CHECK(validate_ended() == 0);
}

static void refuses_every_truncation(void)
{
	valid();
	program_end(&draft);
	size_t whole = draft.size;
	for (size_t size = 0; size < whole; size++) {
		draft.size = size;
		CHECK(validate() == -EPROTO);
		/* With a length that agrees. */
		if (size >= PROGRAM_HEADER) {
			program_end(&draft);
			CHECK(validate() == -EPROTO);
		}
	}
}

static void refuses_headers(void)
{
	/* magic, hash, length, number of operations, number of slots, preserved, timed: a high bit makes each of them
	 * wrong.
	 */
	static const size_t at[] = {3, 11, 15, 19, 23, 27, 31};
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		valid();
		program_end(&draft);
		draft.bytes[at[i]] ^= 0x80;
		CHECK(validate() == -EPROTO);
	}
	valid();
	draft.ops = 0;
	CHECK(validate_ended() == -EPROTO);
	valid();
	draft.ops--;
	CHECK(validate_ended() == -EPROTO);
	valid();
	draft.slots = SLOTS_MAX + 1;
	CHECK(validate_ended() == -EPROTO);
}

static void checks_slots(void)
{
	begin();
	add(CLONE_INIT, LAUNCHER, "Uuu", (uint64_t)0, 3, NO_SLOT); /* used, never opened */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add(OPEN_PATH, LAUNCHER, "suu", "/", 1, 0);
	add(OPEN_PATH, LAUNCHER, "suu", "/", 1, 0); /* opened twice */
	add_clone();
	CHECK(validate_ended() == -EPROTO);
	begin();
	add(OPEN_PATH, LAUNCHER, "suu", "/", 1, draft.slots); /* out of range */
	add_clone();
	CHECK(validate_ended() == -EPROTO);
	begin();
	add(OPEN_PATH, LAUNCHER, "suu", "/", 1, NO_SLOT); /* far out of range */
	add_clone();
	CHECK(validate_ended() == -EPROTO);
	begin();
	add(JOIN_NAMESPACES, LAUNCHER, "NN", ((const uint32_t[]){1, 4}), ((const uint32_t[]){1, 0})); /* in numbers */
	add_clone();
	CHECK(validate_ended() == -EPROTO);
	begin();
	add(OPEN_NAMESPACE, LAUNCHER, "suu", "/proc/self/ns/uts", 0x04000000, 4);
	add(JOIN_NAMESPACES, LAUNCHER, "NN", ((const uint32_t[]){1, 4}), NO_NUMBERS); /* a type is missing */
	add_clone();
	CHECK(validate_ended() == -EPROTO);
}

static void checks_order(void)
{
	begin();
	add(RESET_SIGNALS, LAUNCHER, ""); /* no CloneInit */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add(NEW_SESSION, INIT, ""); /* init before CloneInit */
	add_clone();
	CHECK(validate_ended() == -EPROTO);
	begin();
	add(LIMIT_INIT_RESOURCE, DRIVER, "uUU", 7, (uint64_t)1, (uint64_t)2); /* the driver before CloneInit */
	add_clone();
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(RESET_SIGNALS, LAUNCHER, ""); /* the launcher behind CloneInit */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add_clone();
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(READY, INIT, "");
	add(READY, INIT, "");
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(READY, INIT, "");
	add(LIMIT_INIT_RESOURCE, DRIVER, "uUU", 7, (uint64_t)1, (uint64_t)2); /* nobody listens any more */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(EXECUTE, INIT, "TT", TEXTS("a"), NO_TEXTS);
	add(NEW_SESSION, INIT, "");
	CHECK(validate_ended() == -EPROTO);
}

static void checks_contexts(void)
{
	static const uint32_t wrong[] = {0, CONTEXT_LAUNCHER, CONTEXT_DRIVER, CONTEXT_INIT | CONTEXT_DRIVER, 8};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		begin();
		add_clone();
		program_add(&draft, OP_NEW_SESSION, wrong[i], "");
		CHECK(validate_ended() == -EPROTO);
	}
	begin();
	add_clone();
	program_add(&draft, 4711, CONTEXT_INIT, "");
	CHECK(validate_ended() == -EPROTO);
}

static void checks_fields(void)
{
	begin();
	add_clone();
	add(SET_GROUPS, INIT, "Nu", NO_NUMBERS, 2); /* a bool is 0 or 1 */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(SET_HOSTNAME, INIT, "B", "a\0b\0", (size_t)4); /* a NUL inside */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(SET_HOSTNAME, INIT, "B", "abc", (size_t)3); /* the NUL behind is missing */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(SET_HOSTNAME, INIT, "su", "abc", 0); /* more than its fields */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(SET_GROUPS, INIT, "uu", UINT32_MAX, 0); /* more numbers than bytes: 4 times the count wraps */
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(EXECUTE, INIT, "uu", 1u << 30, 0);
	CHECK(validate_ended() == -EPROTO);
	begin();
	add_clone();
	add(SET_HOSTNAME, INIT, "u", UINT32_MAX);
	CHECK(validate_ended() == -EPROTO);
}

static void names_the_operation(void)
{
	valid();
	add(NEW_SESSION, INIT, "");
	program_end(&draft);
	struct program program;
	struct failure failure = {.index = 0};
	CHECK(program_read(&program, draft.bytes, draft.size, &failure) == -EPROTO);
	CHECK(failure.index == 10 && failure.step == STEP_PROGRAM && failure.error == EPROTO && failure.length > 0);
}

static void reads_texts(void)
{
	valid();
	program_end(&draft);
	struct program program;
	struct failure failure = {.index = 0};
	CHECK(program_read(&program, draft.bytes, draft.size, &failure) == 0);
	CHECK(program.argument_count == 2 && program.environment_count == 1);
	struct reader reader = program_payload(&program, 9);
	struct op_execute op;
	CHECK(decode_op_execute(&reader, &op) == 0);
	const char *text;
	CHECK(texts_next(&op.args, &text) && strcmp(text, "a") == 0);
	CHECK(texts_next(&op.args, &text) && strcmp(text, "") == 0);
	CHECK(!texts_next(&op.args, &text));
	CHECK(texts_next(&op.env, &text) && strcmp(text, "A=b") == 0);
	program_free(&program);
}

const struct test program_tests[] = {
	{"program: a valid one is accepted", accepts_valid_program},
	{"program: every truncation is refused", refuses_every_truncation},
	{"program: wrong headers are refused", refuses_headers},
	{"program: slots are opened once, before they are used", checks_slots},
	{"program: launcher, CloneInit, init, Ready and Execute stand in order", checks_order},
	{"program: an operation has one of its contexts", checks_contexts},
	{"program: fields are checked", checks_fields},
	{"program: the operation that is wrong is named", names_the_operation},
	{"program: texts are iterated", reads_texts},
};
END_OF_TESTS(program);
