/* The string instructions. On today's processors they are the fastest way to move more than a few
 * words, and in assembler no compiler takes the body of memcpy for a call of memcpy. */
#ifndef LIBC_X86_STRING_H
#define LIBC_X86_STRING_H

#include <stddef.h>
#include <stdint.h>

static inline void copy_up(void *to, const void *from, size_t n)
{
	size_t words = n / 8, bytes = n % 8;

	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static inline void fill(void *to, uint64_t pattern, size_t n)
{
	size_t words = n / 8, bytes = n % 8;

	__asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(pattern) : "memory");
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(pattern) : "memory");
}

#endif
