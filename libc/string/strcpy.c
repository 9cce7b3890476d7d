/* Copying and joining strings. The st functions return where the copy ends, the others where it
 * begins; the l functions return the length that was wanted and always end the copy with NUL. */
#include <string.h>

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t length = strlen(from);

	return (char *)memcpy(to, from, length + 1) + length;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t n)
{
	size_t length = strnlen(from, n);

	memcpy(to, from, length);
	return memset(to + length, 0, n - length);
}

char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
	stpncpy(to, from, n);
	return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
	strcpy(to + strlen(to), from);
	return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t n)
{
	char *end = to + strlen(to);
	size_t length = strnlen(from, n);

	memcpy(end, from, length);
	end[length] = 0;
	return to;
}

size_t strlcpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t length = strlen(from);

	if (size) {
		size_t fits = length < size ? length : size - 1;

		memcpy(to, from, fits);
		to[fits] = 0;
	}
	return length;
}

size_t strlcat(char *restrict to, const char *restrict from, size_t size)
{
	size_t there = strnlen(to, size);

	return there + strlcpy(to + there, from, size - there);
}
