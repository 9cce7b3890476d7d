/* Searching strings. */
#include <stdbool.h>
#include <string.h>

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	return memrchr(s, c, strlen(s) + 1);
}

/* Length of the longest start of s whose characters are all in the set, or all outside it. */
static size_t span(const char *s, const char *set, bool inside)
{
	bool member[256] = { false };
	size_t length = 0;

	for (; *set; set++)
		member[(unsigned char)*set] = true;
	while (s[length] && member[(unsigned char)s[length]] == inside)
		length++;
	return length;
}

size_t strspn(const char *s, const char *accept)
{
	return span(s, accept, true);
}

size_t strcspn(const char *s, const char *reject)
{
	return span(s, reject, false);
}

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)s : NULL;
}

char *strstr(const char *hay, const char *needle)
{
	return memmem(hay, strlen(hay), needle, strlen(needle));
}
