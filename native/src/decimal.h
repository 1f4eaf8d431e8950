/* Decimal numbers without stdio. */
#ifndef MINIRT_DECIMAL_H
#define MINIRT_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

#define DECIMAL_MAX 21 /* sign, 19 digits, NUL */

/* Writes the number and a NUL; returns the length without it. */
static inline size_t write_decimal(char *at, int64_t value)
{
	char digits[DECIMAL_MAX];
	size_t count = 0, length = 0;
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[count++] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		at[length++] = '-';
	while (count > 0)
		at[length++] = digits[--count];
	at[length] = '\0';
	return length;
}

#endif
