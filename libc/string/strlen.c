/* strlen, strnlen. */
#include <string.h>

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return (size_t)(end - s);
}

size_t strnlen(const char *s, size_t most)
{
	const char *end = memchr(s, 0, most);

	return end ? (size_t)(end - s) : most;
}
