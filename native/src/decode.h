/*
 * Reads the fields of an operation from the bytes of a program (docs/protocol.md). Used by the generated ops.h.
 *
 * Nothing is copied or allocated: texts point into the program, which outlives its operations. Every read checks the
 * bounds; the bytes are the driver's or Java's, and are trusted no more than a stranger's. All integers are
 * little-endian and unaligned.
 */
#ifndef MINIRT_DECODE_H
#define MINIRT_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SLOTS_MAX 1024u
#define NO_SLOT UINT32_MAX

#define CONTEXT_LAUNCHER 1u
#define CONTEXT_INIT 2u
#define CONTEXT_DRIVER 4u

/* Which slots are open so far: kept while a program is validated. */
struct slot_record {
	uint32_t count; /* of slots that the program has */
	uint8_t opened[SLOTS_MAX / 8];
};

struct reader {
	const uint8_t *at, *end;
	struct slot_record *slots; /* to check and record slots; NULL once the program is validated */
};

/* Any number of texts, one behind the other, each with its length in front and a NUL behind. */
struct texts {
	const uint8_t *at;
	uint32_t count;
};

struct numbers {
	const uint8_t *at;
	uint32_t count;
};

struct bytes {
	const uint8_t *at;
	uint32_t size;
};

static inline uint32_t decode_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t decode_u64(const uint8_t *at)
{
	return decode_u32(at) | (uint64_t)decode_u32(at + 4) << 32;
}

static inline int read_u32(struct reader *reader, uint32_t *value)
{
	if (reader->end - reader->at < 4)
		return -1;
	*value = decode_u32(reader->at);
	reader->at += 4;
	return 0;
}

static inline int read_u64(struct reader *reader, uint64_t *value)
{
	if (reader->end - reader->at < 8)
		return -1;
	*value = decode_u64(reader->at);
	reader->at += 8;
	return 0;
}

static inline int read_i64(struct reader *reader, int64_t *value)
{
	uint64_t bits;
	if (read_u64(reader, &bits) < 0)
		return -1;
	memcpy(value, &bits, sizeof *value);
	return 0;
}

static inline int read_bool(struct reader *reader, uint32_t *value)
{
	return read_u32(reader, value) < 0 || *value > 1 ? -1 : 0;
}

static inline int read_bytes(struct reader *reader, struct bytes *bytes)
{
	if (read_u32(reader, &bytes->size) < 0 || (size_t)(reader->end - reader->at) < bytes->size)
		return -1;
	bytes->at = reader->at;
	reader->at += bytes->size;
	return 0;
}

static inline int read_text(struct reader *reader, const char **text)
{
	struct bytes bytes;
	if (read_bytes(reader, &bytes) < 0 || reader->at == reader->end || *reader->at != '\0')
		return -1;
	if (bytes.size > 0 && memchr(bytes.at, '\0', bytes.size) != NULL)
		return -1;
	reader->at++;
	*text = (const char *)bytes.at;
	return 0;
}

static inline int read_texts(struct reader *reader, struct texts *texts)
{
	if (read_u32(reader, &texts->count) < 0)
		return -1;
	texts->at = reader->at;
	for (uint32_t i = 0; i < texts->count; i++) {
		const char *text;
		if (read_text(reader, &text) < 0)
			return -1;
	}
	return 0;
}

static inline int read_numbers(struct reader *reader, struct numbers *numbers)
{
	if (read_u32(reader, &numbers->count) < 0 || (size_t)(reader->end - reader->at) / 4 < numbers->count)
		return -1;
	numbers->at = reader->at;
	reader->at += (size_t)numbers->count * 4;
	return 0;
}

static inline bool slot_is_open(const struct slot_record *slots, uint32_t slot)
{
	return slot < slots->count && (slots->opened[slot / 8] >> slot % 8 & 1) != 0;
}

static inline int read_opens(struct reader *reader, uint32_t *slot)
{
	if (read_u32(reader, slot) < 0 || *slot >= SLOTS_MAX)
		return -1;
	if (reader->slots != NULL) {
		if (*slot >= reader->slots->count || slot_is_open(reader->slots, *slot))
			return -1;
		reader->slots->opened[*slot / 8] |= (uint8_t)(1u << *slot % 8);
	}
	return 0;
}

static inline int read_slot(struct reader *reader, uint32_t *slot)
{
	if (read_u32(reader, slot) < 0 || *slot >= SLOTS_MAX)
		return -1;
	return reader->slots == NULL || slot_is_open(reader->slots, *slot) ? 0 : -1;
}

static inline int read_optional_slot(struct reader *reader, uint32_t *slot)
{
	if (reader->end - reader->at >= 4 && decode_u32(reader->at) == NO_SLOT) {
		reader->at += 4;
		*slot = NO_SLOT;
		return 0;
	}
	return read_slot(reader, slot);
}

/* All of the payload must have been read. */
static inline int reader_end(const struct reader *reader)
{
	return reader->at == reader->end ? 0 : -1;
}

/* Iteration: `const char *text; for (struct texts left = op->options; texts_next(&left, &text);)` */
static inline bool texts_next(struct texts *left, const char **text)
{
	if (left->count == 0)
		return false;
	*text = (const char *)left->at + 4;
	left->at += (size_t)4 + decode_u32(left->at) + 1;
	left->count--;
	return true;
}

static inline uint32_t number_at(const struct numbers *numbers, uint32_t index)
{
	return decode_u32(numbers->at + (size_t)index * 4);
}

#endif
