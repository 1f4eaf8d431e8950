/* Encodes programs for the tests: the C twin of ProgramEncoder, small enough to be wrong on purpose. */
#ifndef MINIRT_TEST_ENCODE_H
#define MINIRT_TEST_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#define PROGRAM_ROOM 65536

struct draft_program {
	uint8_t bytes[PROGRAM_ROOM];
	size_t size;
	uint32_t ops, slots, preserved, timed;
};

/* Begins a program. */
void program_begin(struct draft_program *program);

/*
 * Adds an operation. A letter of `fields` per field:
 *   u  unsigned: u32, bool, constant, slot        U  uint64_t: u64, i64, flags
 *   s  const char *: text                         T  const char *const *, ending in NULL: texts
 *   N  const uint32_t *, the first being how many follow: numbers
 *   B  const void *, size_t: bytes
 */
void program_add(struct draft_program *program, uint32_t opcode, uint32_t context, const char *fields, ...);

/* Writes the header. */
void program_end(struct draft_program *program);

#define NO_TEXTS ((const char *const[]){NULL})
#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_NUMBERS ((const uint32_t[]){0})

#endif
