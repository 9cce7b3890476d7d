/* Taking strings apart: strtok, strtok_r, strsep. They write NULs into the string. */
#include <string.h>

char *strtok_r(char *restrict s, const char *restrict separators, char **restrict rest)
{
	char *end;

	if (!s)
		s = *rest;
	if (!s)
		return NULL;
	s += strspn(s, separators);
	if (!*s) {
		*rest = NULL;
		return NULL;
	}
	end = s + strcspn(s, separators);
	*rest = *end ? end + 1 : NULL;
	*end = 0;
	return s;
}

char *strtok(char *restrict s, const char *restrict separators)
{
	static char *rest;

	return strtok_r(s, separators, &rest);
}

char *strsep(char **s, const char *separators)
{
	char *field = *s, *end;

	if (!field)
		return NULL;
	end = field + strcspn(field, separators);
	*s = *end ? end + 1 : NULL;
	*end = 0;
	return field;
}
