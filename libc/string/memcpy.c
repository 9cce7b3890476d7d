/* memcpy, memmove, memccpy.
 *
 * Up to 16 bytes go as two loads and then two stores that overlap in the middle: no loop, and right
 * for memmove too, because both loads come first. More goes by the string instructions. */
#include <stdint.h>
#include <string.h>

#include "../x86/string.h"

typedef uint64_t word64 __attribute__((may_alias, aligned(1)));
typedef uint32_t word32 __attribute__((may_alias, aligned(1)));
typedef uint16_t word16 __attribute__((may_alias, aligned(1)));

#define COPY_BOTH_ENDS(word)                                                                \
	do {                                                                                \
		word head = *(const word *)s, tail = *(const word *)(s + n - sizeof(word)); \
		*(word *)d = head;                                                          \
		*(word *)(d + n - sizeof(word)) = tail;                                     \
	} while (0)

static void copy_few(unsigned char *d, const unsigned char *s, size_t n)
{
	if (n >= 8)
		COPY_BOTH_ENDS(word64);
	else if (n >= 4)
		COPY_BOTH_ENDS(word32);
	else if (n >= 2)
		COPY_BOTH_ENDS(word16);
	else if (n)
		*d = *s;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	if (n <= 16)
		copy_few(to, from, n);
	else
		copy_up(to, from, n);
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	if (n <= 16) {
		copy_few(d, s, n);
	} else if ((uintptr_t)d - (uintptr_t)s >= n) { /* to does not begin inside from */
		copy_up(d, s, n);
	} else {
		for (; n >= 8; n -= 8)
			*(word64 *)(d + n - 8) = *(const word64 *)(s + n - 8);
		/* Up to 7 bytes are left at the start; what came first is where it belongs. */
		copy_few(d, s, n);
	}
	return to;
}

void *memccpy(void *restrict to, const void *restrict from, int c, size_t n)
{
	const unsigned char *end = memchr(from, c, n);

	if (!end) {
		memcpy(to, from, n);
		return NULL;
	}
	n = (size_t)(end - (const unsigned char *)from) + 1;
	return (unsigned char *)memcpy(to, from, n) + n;
}
