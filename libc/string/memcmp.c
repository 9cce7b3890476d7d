/* Comparing and searching memory: memcmp, memchr, memrchr, memmem. */
#include <string.h>

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n; n--, p++)
		if (*p == (unsigned char)c)
			return (void *)p;
	return NULL;
}

void *memrchr(const void *s, int c, size_t n)
{
	const unsigned char *p = (const unsigned char *)s + n;

	for (; n; n--)
		if (*--p == (unsigned char)c)
			return (void *)p;
	return NULL;
}

void *memmem(const void *hay, size_t hay_length, const void *needle, size_t needle_length)
{
	const unsigned char *p = hay, *first = needle;
	size_t left = hay_length;

	if (!needle_length)
		return (void *)p;
	while (left >= needle_length) {
		const unsigned char *hit = memchr(p, *first, left - needle_length + 1);

		if (!hit)
			return NULL;
		if (memcmp(hit, needle, needle_length) == 0)
			return (void *)hit;
		left -= (size_t)(hit + 1 - p);
		p = hit + 1;
	}
	return NULL;
}
