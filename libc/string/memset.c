/* memset. */
#include <stdint.h>
#include <string.h>

#include "../x86/string.h"

void *memset(void *to, int c, size_t n)
{
	fill(to, (unsigned char)c * 0x0101010101010101ull, n);
	return to;
}
