/*
 * Fuzzes the decoder and the validation of programs. As a program of its own it mutates valid programs with a fixed
 * seed for some seconds; with -DWITH_LIBFUZZER -fsanitize=fuzzer the engine does the mutating. usage: fuzz_program
 * [SECONDS [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "encode.h"
#include "program.h"

static volatile uint32_t sink;

static void use_text(const char *text)
{
	sink += (uint32_t)strlen(text);
}

static void use_texts(struct texts texts)
{
	const char *text;
	while (texts_next(&texts, &text))
		use_text(text);
}

static void use_numbers(const struct numbers *numbers)
{
	for (uint32_t i = 0; i < numbers->count; i++)
		sink += number_at(numbers, i);
}

/* What the operations do with their fields: everything a validated program contains can be read. */
static void use_operation(const struct program *program, uint32_t index)
{
	struct reader reader = program_payload(program, index);
	switch (program->ops[index].opcode) {
	case OP_MOUNT_FILESYSTEM: {
		struct op_mount_filesystem op;
		if (decode_op_mount_filesystem(&reader, &op) < 0)
			abort();
		use_texts(op.options);
		use_texts(op.tolerated_options);
		use_text(op.destination);
		use_numbers(&op.propagations);
		return;
	}
	case OP_RUN_HOOK: {
		struct op_run_hook op;
		if (decode_op_run_hook(&reader, &op) < 0)
			abort();
		use_texts(op.args);
		use_texts(op.env);
		for (uint32_t i = 0; i < op.state_before.size; i++)
			sink += op.state_before.at[i];
		return;
	}
	case OP_EXECUTE: {
		struct op_execute op;
		if (decode_op_execute(&reader, &op) < 0)
			abort();
		if (op.args.count != program->argument_count || op.env.count != program->environment_count)
			abort();
		use_texts(op.args);
		use_texts(op.env);
		return;
	}
	default:
		return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program program;
	static struct failure failure;
	/* Memory of exactly this size, so that the sanitizer sees every byte that is read too much. */
	uint8_t *copy = malloc(size > 0 ? size : 1);
	memcpy(copy, data, size);
	failure.length = 0;
	if (program_read(&program, copy, size, &failure) == 0) {
		for (uint32_t i = 0; i < program.op_count; i++)
			use_operation(&program, i);
		program_free(&program);
	} else if (failure.step != STEP_PROGRAM || failure.length == 0) {
		abort();
	}
	free(copy);
	return 0;
}

#ifndef WITH_LIBFUZZER

static uint64_t state;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t limit)
{
	return (size_t)(next() % limit);
}

#define add(NAME, where, ...) program_add(program, OP_##NAME, CONTEXT_##where, __VA_ARGS__)

static void make_seed(struct draft_program *program)
{
	program_begin(program);
	add(CLOSE_DESCRIPTORS, LAUNCHER, "u", 3);
	add(OPEN_PATH, LAUNCHER, "suu", "/some/path", 1, 0);
	add(OPEN_NAMESPACE, LAUNCHER, "suu", "/proc/1/ns/net", 0x40000000, 1);
	add(JOIN_NAMESPACES, LAUNCHER, "NN", ((const uint32_t[]){1, 1}), ((const uint32_t[]){1, 0x40000000}));
	add(OPEN_CGROUP, LAUNCHER, "su", "/sys/fs/cgroup/x", 2);
	add(CLONE_INIT, LAUNCHER, "Uuu", (uint64_t)0x20000000, 2, NO_SLOT);
	add(WRITE_ID_MAPPINGS, DRIVER, "ss", "0 1000 1\n", "0 1000 1\n");
	add(MOUNT_FILESYSTEM, INIT, "ssTTUsuuuNu", "tmpfs", "tmpfs", TEXTS("size=1m", "mode=755"), TEXTS("gid=5"),
		(uint64_t)6, "/dev", 0, 1, 0, ((const uint32_t[]){2, 262144, 16384}), NO_SLOT);
	add(RUN_HOOK, INIT, "sTTusBB", "/bin/hook", TEXTS("hook", "x"), TEXTS("A=b"), 5, "/", "{", (size_t)1, "}",
		(size_t)1);
	add(SET_GROUPS, INIT, "Nu", ((const uint32_t[]){3, 1, 2, 3}), 0);
	add(READY, INIT, "");
	add(LOAD_SECCOMP, INIT, "uB", 0, "12345678", (size_t)8);
	add(EXECUTE, INIT, "TT", TEXTS("sh", "-c", ""), TEXTS("PATH=/bin", "HOME=/"));
	program_end(program);
}

static void put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void mutate(struct draft_program *program)
{
	static const uint32_t interesting[] = {0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000,
		0x7fffffff, 0x80000000, 0xfffffffc, 0xfffffffe, 0xffffffff};
	size_t from = PROGRAM_HEADER;
	for (size_t count = 1 + below(4); count > 0 && program->size > from + 8; count--) {
		size_t at = below(8) == 0 ? below(program->size - 4) : from + below(program->size - from - 4);
		switch (below(6)) {
		case 0:
			program->bytes[at] ^= (uint8_t)(1u << below(8));
			break;
		case 1:
			program->bytes[at] = (uint8_t)next();
			break;
		case 2:
			put_u32(program->bytes + at, interesting[below(sizeof interesting / sizeof *interesting)]);
			break;
		case 3: /* a little more or less than it was: lengths and counts */
			put_u32(program->bytes + at, decode_u32(program->bytes + at) + (uint32_t)below(9) - 4);
			break;
		case 4: /* something goes */
			memmove(program->bytes + at, program->bytes + at + 1, program->size - at - 1);
			program->size--;
			break;
		default: { /* a piece comes twice */
			size_t length = 1 + below(program->size - at);
			if (length > sizeof program->bytes - program->size)
				break;
			memmove(program->bytes + at + length, program->bytes + at, program->size - at);
			program->size += length;
			program->ops += (uint32_t)below(2);
			break;
		}
		}
	}
}

int main(int argc, char **argv)
{
	static struct draft_program seed, program;
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 10);
	state = argc > 2 ? strtoull(argv[2], NULL, 0) | 1 : 0x9e3779b97f4a7c15;
	make_seed(&seed);
	unsigned long runs = 0, valid = 0;
	do {
		for (int i = 0; i < 1000; i++, runs++) {
			program = seed;
			mutate(&program);
			if (below(16) != 0)
				program_end(&program); /* a header that agrees lets it go deeper */
			LLVMFuzzerTestOneInput(program.bytes, program.size);
			struct program read_back;
			static struct failure failure;
			if (i % 100 == 0 && program_read(&read_back, program.bytes, program.size, &failure) == 0) {
				program_free(&read_back);
				valid++;
			}
		}
	} while (time(NULL) < end);
	printf("ok - fuzz: %lu programs, about 1 in %lu valid\n", runs, valid > 0 ? runs / 100 / valid : 0);
	return 0;
}

#endif
